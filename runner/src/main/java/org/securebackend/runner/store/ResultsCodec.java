package org.securebackend.runner.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.securebackend.runner.job.JobResults;
import org.securebackend.runner.job.OutputFile;

/** {@link JobResults} but for its outputs, which are rows of their own, as JSON and back. */
final class ResultsCodec {
    private ResultsCodec() {}

    static String write(JobResults results) {
        ObjectNode node = Json.object();
        node.set("unmatched_patterns", Json.texts(results.unmatchedPatterns()));
        node.set("unmatched_files", Json.texts(results.unmatchedFiles()));
        node.set("not_collected", Json.list(results.notCollected(), ResultsCodec::encode));
        node.set("notes", Json.texts(results.notes()));
        return Json.write(node);
    }

    static JobResults read(List<OutputFile> outputs, String content) {
        JsonNode node = Json.read(content);
        return new JobResults(
                outputs,
                Json.textsOf(node, "unmatched_patterns"),
                Json.textsOf(node, "unmatched_files"),
                Json.listOf(node, "not_collected", ResultsCodec::notCollected),
                Json.textsOf(node, "notes"));
    }

    private static ObjectNode encode(JobResults.NotCollected refused) {
        return Json.object().put("path", refused.path()).put("why", refused.why());
    }

    private static JobResults.NotCollected notCollected(JsonNode node) {
        return new JobResults.NotCollected(Json.text(node, "path"), Json.text(node, "why"));
    }
}

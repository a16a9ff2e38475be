package org.securebackend.runner.outputs;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobResults;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.job.OutputFile;

/** The metadata.json beside a job's log, for other programs. */
final class LogMetadata {
    private LogMetadata() {}

    static String text(JobLog log) {
        ObjectNode root = Json.object();
        LogTrailer.facts(log).forEach((key, value) -> putFact(root, key, value));
        ObjectNode outputs = root.putObject("outputs");
        log.results()
                .ifPresent(results -> {
                    results.outputs().forEach(file -> outputs.put(file.path(), file.level().key()));
                    addDetails(root, log.job(), results);
                });
        root.set(
                "container_metadata",
                log.containerFacts().flatMap(Json::objectIn).orElseGet(Json::object));
        return Json.text(root);
    }

    private static void putFact(ObjectNode root, String key, String value) {
        switch (key) {
            case "created_at", "completed_at" -> root.put(key, Long.parseLong(value));
            default -> root.put(key, value);
        }
    }

    private static void addDetails(ObjectNode root, Job job, JobResults results) {
        ArrayNode details = root.putArray("output_details");
        for (OutputFile file : results.outputs()) {
            ObjectNode entry = details.addObject();
            entry.put("path", file.path());
            entry.put("level", file.level().key());
            entry.put("size", file.bytes());
            entry.put("content_hash", file.sha256());
            entry.put("released", file.isReleased() && job.state() instanceof JobState.Succeeded);
            entry.put("message", file.notReleased().orElse(null));
            file.rows().ifPresent(rows -> entry.put("row_count", rows));
            file.columns().ifPresent(columns -> entry.put("col_count", columns));
        }
        ObjectNode refused = root.putObject("not_collected");
        results.notCollected().forEach(file -> refused.put(file.path(), file.why()));
        results.unmatchedPatterns().forEach(root.putArray("unmatched_patterns")::add);
        results.unmatchedFiles().forEach(root.putArray("unmatched_outputs")::add);
        results.notes().forEach(root.putArray("notes")::add);
    }
}

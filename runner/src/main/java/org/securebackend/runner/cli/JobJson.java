package org.securebackend.runner.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.OptionalLong;
import org.securebackend.runner.job.ImageDigest;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobResults;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.job.OutputFile;
import org.securebackend.runner.job.StatusText;
import org.securebackend.runner.server.WireStatus;

/** A job as commands print it with {@code --json}. */
final class JobJson {
    private JobJson() {}

    static String line(Job job) {
        return Printable.json(object(job));
    }

    static ObjectNode object(Job job) {
        WireStatus status = WireStatus.of(job.state());
        var json = JsonNodeFactory.instance.objectNode();
        json.put("id", job.id().value());
        json.put("request", job.definition().request().value());
        json.put("action", job.definition().action().value());
        json.put("status", status.status());
        json.put("status_code", status.code());
        json.put("status_message", StatusText.of(job, StatusText.DatabaseAccess.NONE));
        json.put("created_at", Times.utc(job.definition().createdAt()));
        json.put("changed_at", Times.utc(job.changedAt()));
        json.put("started_at", job.startedAt().map(Times::utc).orElse(null));
        json.put(
                "completed_at",
                job.state() instanceof JobState.Done done ? Times.utc(done.finishedAt()) : null);
        json.put("image", job.image().map(ImageDigest::value).orElse(null));
        job.definition()
                .work()
                .ifPresent(work -> {
                    json.put("workspace", work.workspace().value());
                    json.put("repository", work.study().repositoryUrl());
                    json.put("commit", work.study().commit().value());
                    work.reusableAction()
                            .ifPresent(code -> {
                                json.put("action_repository", code.repositoryUrl());
                                json.put("action_commit", code.commit().value());
                            });
                    json.put("run_command", work.command().text());
                    json.put("requires_database", work.requiresDatabase());
                });
        return json;
    }

    /** Everything that was found in the job's workspace. */
    static void addResults(ObjectNode json, Job job, JobResults results) {
        addOutputs(json.putArray("outputs"), job, results.outputs());
        ArrayNode notCollected = json.putArray("not_collected");
        results.notCollected()
                .forEach(file ->
                        notCollected.addObject().put("path", file.path()).put("why", file.why()));
        results.unmatchedPatterns().forEach(json.putArray("unmatched_patterns")::add);
        results.unmatchedFiles().forEach(json.putArray("unmatched_files")::add);
        results.notes().forEach(json.putArray("notes")::add);
    }

    private static void addOutputs(ArrayNode array, Job job, List<OutputFile> files) {
        for (OutputFile file : files) {
            ObjectNode json = array.addObject();
            json.put("path", file.path());
            json.put("level", file.level().key());
            json.put("bytes", file.bytes());
            json.put("sha256", file.sha256());
            json.put("released", file.isReleased() && job.state() instanceof JobState.Succeeded);
            json.put("not_released_because", file.notReleased().orElse(null));
            putCount(json, "rows", file.rows());
            putCount(json, "columns", file.columns());
        }
    }

    private static void putCount(ObjectNode json, String key, OptionalLong count) {
        if (count.isPresent()) {
            json.put(key, count.getAsLong());
        } else {
            json.putNull(key);
        }
    }
}

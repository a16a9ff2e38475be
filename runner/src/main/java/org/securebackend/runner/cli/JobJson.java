package org.securebackend.runner.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.securebackend.runner.job.ImageDigest;
import org.securebackend.runner.job.Job;
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

    static ArrayNode outputs(List<OutputFile> files) {
        var array = JsonNodeFactory.instance.arrayNode();
        for (OutputFile file : files) {
            var json = array.addObject();
            json.put("path", file.path());
            json.put("level", file.level().key());
            json.put("bytes", file.bytes());
            json.put("sha256", file.sha256());
            json.put("released", file.isReleased());
            json.put("not_released_because", file.notReleased().orElse(null));
        }
        return array;
    }
}

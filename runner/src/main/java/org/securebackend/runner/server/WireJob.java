package org.securebackend.runner.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Optional;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobMetrics;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.job.StatusText;
import org.securebackend.runner.job.StatusText.DatabaseAccess;
import org.securebackend.runner.job.Work;
import org.securebackend.runner.pipeline.DataKind;

/** One element of a report (protocol, section 5). */
record WireJob(Job job, Optional<JobMetrics> metrics, DataKind data) {

    /** The element; {@code now} is the time of the last look at a job that waits or runs. */
    ObjectNode json(Instant now) {
        WireStatus words = WireStatus.of(job.state());
        ObjectNode json = WireJson.object();
        json.put("identifier", job.id().value());
        json.put("job_request_id", job.definition().request().value());
        json.put("action", job.definition().action().value());
        json.put("run_command", job.definition().work().map(WireJob::command).orElse(null));
        json.put("status", words.status());
        json.put("status_code", words.code());
        json.put(
                "status_message",
                WireText.message(StatusText.of(job, DatabaseAccess.of(job, data))));
        json.put("created_at", WireText.seconds(job.definition().createdAt()));
        json.put("updated_at", WireText.seconds(job.isDone() ? job.changedAt() : now));
        json.put("started_at", job.startedAt().map(WireText::seconds).orElse(null));
        json.put("completed_at", completedAt().map(WireText::seconds).orElse(null));
        json.putNull("trace_context");
        ObjectNode used = json.putObject("metrics");
        metrics.ifPresent(measured -> WireMetrics.put(used, measured));
        json.put("requires_db", requiresDatabase());
        return json;
    }

    private static String command(Work work) {
        return WireText.command(work.command().words());
    }

    private boolean requiresDatabase() {
        return job.definition().work().map(Work::requiresDatabase).orElse(false);
    }

    /** Never before the start, where the server would show a negative runtime. */
    private Optional<Instant> completedAt() {
        return switch (job.state()) {
            case JobState.Open _ -> Optional.empty();
            case JobState.Done done ->
                    Optional.of(
                            done.started()
                                    .filter(start -> start.isAfter(done.finishedAt()))
                                    .orElse(done.finishedAt()));
        };
    }
}

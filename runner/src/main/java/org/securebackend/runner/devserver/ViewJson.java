package org.securebackend.runner.devserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Requests and jobs as the page and scripts see them (protocol, section 9). */
final class ViewJson {
    private ViewJson() {}

    /** A request without its jobs, for the list. */
    static ObjectNode summary(RequestRecord request) {
        NewRequest wish = request.wish();
        ObjectNode json = Json.object();
        json.put("identifier", request.identifier());
        json.put("status", request.status());
        json.put("backend", wish.backend());
        json.put("backend_label", wish.backend().toUpperCase(Locale.ROOT));
        json.put("workspace", wish.study().workspace());
        json.put("repo", wish.study().repository());
        json.put("branch", wish.study().branch());
        json.put("commit", wish.study().commit());
        json.put("database_name", wish.databaseName());
        json.set("requested_actions", Json.array(wish.requestedActions()));
        json.set("cancelled_actions", Json.array(request.cancelledActions()));
        json.put("force_run_dependencies", wish.forceRunDependencies());
        json.put("codelists_ok", wish.codelistsOk());
        json.put("created_by", wish.author().name());
        json.put("project", wish.author().project());
        json.put("created_at", request.createdAt().toString());
        json.put("started_at", text(request.startedAt()));
        json.put("finished_at", text(request.finishedAt()));
        json.put("runtime", RequestRecord.runtimeText(request.runtime()));
        json.put("is_active", request.isActive());
        json.put("jobs_total", request.jobs().size());
        json.put("jobs_succeeded", count(request, "succeeded"));
        json.put("jobs_failed", count(request, "failed"));
        json.put("jobs_running", count(request, "running"));
        return json;
    }

    private static long count(RequestRecord request, String status) {
        return request.jobs().stream()
                .filter(job -> job.progress().status().equals(status))
                .count();
    }

    /** A request with its jobs. */
    static ObjectNode whole(RequestRecord request) {
        ObjectNode json = summary(request);
        json.set("jobs", Json.nodes(request.jobs().stream().map(job -> job(request, job))));
        return json;
    }

    private static ObjectNode job(RequestRecord request, ReportedJob job) {
        ObjectNode json = Json.object();
        json.put("identifier", job.identifier());
        json.put("action", job.action());
        json.put("run_command", job.runCommand());
        json.put("status", job.progress().status());
        json.put("status_code", job.progress().code());
        json.put("status_message", job.progress().message());
        json.put("detail", job.detail());
        json.put("created_at", job.times().created().toString());
        json.put("updated_at", text(job.times().updated()));
        json.put("started_at", text(job.times().started()));
        json.put("completed_at", text(job.times().completed()));
        json.put("runtime", RequestRecord.runtimeText(job.runtime()));
        json.put("is_completed", job.isCompleted());
        json.put("is_error", job.isError());
        json.put(
                "cancel_requested",
                !job.isCompleted() && request.cancelledActions().contains(job.action()));
        json.put("log_hint", logHint(job));
        json.set("metrics", orNull(job.original().get("metrics")));
        json.set("trace_context", orNull(job.original().get("trace_context")));
        return json;
    }

    private static @Nullable String logHint(ReportedJob job) {
        return job.progress().code().equals("nonzero_exit")
                ? "metadata/" + job.action() + ".log"
                : null;
    }

    private static JsonNode orNull(@Nullable JsonNode node) {
        return node == null ? Json.object().nullNode() : node;
    }

    private static @Nullable String text(Optional<Instant> time) {
        return time.map(Instant::toString).orElse(null);
    }
}

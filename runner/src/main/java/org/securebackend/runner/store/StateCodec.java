package org.securebackend.runner.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Optional;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.job.StopReason;
import org.securebackend.runner.job.Success;
import org.securebackend.runner.job.Verdict;

/** {@link JobState} as JSON, and back. */
final class StateCodec {
    private static final String STARTED = "started";
    private static final String FINISHED = "finished";
    private static final String REASON = "reason";
    private static final String EXIT = "exit";
    private static final String LIMIT = "limit";

    private StateCodec() {}

    static String write(JobState state) {
        return Json.write(encode(state));
    }

    static JobState read(String text) {
        return decode(Json.read(text));
    }

    private static ObjectNode encode(JobState state) {
        return switch (state) {
            case JobState.Waiting(var reason) ->
                    Json.kind("waiting").set(REASON, ReasonCodec.encode(reason));
            case JobState.Preparing(var start) -> started("preparing", start);
            case JobState.Prepared(var start) -> started("prepared", start);
            case JobState.Executing(var start) -> started("executing", start);
            case JobState.Executed(var start, var exit) ->
                    started("executed", start).set(EXIT, ReasonCodec.encode(exit));
            case JobState.Collecting(var start, var exit) ->
                    started("collecting", start).set(EXIT, ReasonCodec.encode(exit));
            case JobState.Publishing(var start, var verdict) ->
                    started("publishing", start).set("verdict", encode(verdict));
            case JobState.Stopping(var start, var why) ->
                    started("stopping", start).put("why", why.name());
            case JobState.Overrunning(var start, var limit) ->
                    started("overrunning", start).put(LIMIT, limit.toString());
            case JobState.Succeeded(var start, var end, var success) ->
                    over("succeeded", start, end).set("success", encode(success));
            case JobState.Failed(var start, var end, var reason) ->
                    over("failed", start, end).set(REASON, ReasonCodec.encode(reason));
        };
    }

    private static JobState decode(JsonNode node) {
        return switch (Json.kindOf(node)) {
            case "waiting" ->
                    new JobState.Waiting(ReasonCodec.waitReason(Json.field(node, REASON)));
            case "preparing" -> new JobState.Preparing(Json.instant(node, STARTED));
            case "prepared" -> new JobState.Prepared(Json.instant(node, STARTED));
            case "executing" -> new JobState.Executing(Json.instant(node, STARTED));
            case "executed" ->
                    new JobState.Executed(
                            Json.instant(node, STARTED), ReasonCodec.exit(Json.field(node, EXIT)));
            case "collecting" ->
                    new JobState.Collecting(
                            Json.instant(node, STARTED), ReasonCodec.exit(Json.field(node, EXIT)));
            case "publishing" ->
                    new JobState.Publishing(
                            Json.instant(node, STARTED), verdict(Json.field(node, "verdict")));
            case "stopping" ->
                    new JobState.Stopping(
                            Json.instant(node, STARTED),
                            Json.choice(node, "why", StopReason.class));
            case "overrunning" ->
                    new JobState.Overrunning(
                            Json.instant(node, STARTED), Json.duration(node, LIMIT));
            case "succeeded" ->
                    new JobState.Succeeded(
                            maybeStarted(node),
                            Json.instant(node, FINISHED),
                            success(Json.field(node, "success")));
            case "failed" ->
                    new JobState.Failed(
                            maybeStarted(node),
                            Json.instant(node, FINISHED),
                            ReasonCodec.failureReason(Json.field(node, REASON)));
            default -> throw Json.unknownKind("job state", node);
        };
    }

    private static ObjectNode started(String kind, Instant start) {
        return Json.kind(kind).put(STARTED, start.toString());
    }

    private static ObjectNode over(String kind, Optional<Instant> start, Instant end) {
        ObjectNode node = Json.kind(kind);
        start.ifPresent(at -> node.put(STARTED, at.toString()));
        return node.put(FINISHED, end.toString());
    }

    private static Optional<Instant> maybeStarted(JsonNode node) {
        return Json.maybe(node, STARTED).map(_ -> Json.instant(node, STARTED));
    }

    private static ObjectNode encode(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Success(var notReleased) ->
                    Json.kind("success").put("not_released", notReleased);
            case Verdict.Failure(var reason) ->
                    Json.kind("failure").set(REASON, ReasonCodec.encode(reason));
        };
    }

    private static Verdict verdict(JsonNode node) {
        return switch (Json.kindOf(node)) {
            case "success" -> new Verdict.Success(Json.integer(node, "not_released"));
            case "failure" ->
                    new Verdict.Failure(ReasonCodec.failureReason(Json.field(node, REASON)));
            default -> throw Json.unknownKind("verdict", node);
        };
    }

    private static ObjectNode encode(Success success) {
        return switch (success) {
            case Success.Ran(var notReleased) -> Json.kind("ran").put("not_released", notReleased);
            case Success.AlreadyRan _ -> Json.kind("already_ran");
            case Success.AlreadyScheduled _ -> Json.kind("already_scheduled");
            case Success.Recorded(var message) -> Json.kind("recorded").put("message", message);
        };
    }

    private static Success success(JsonNode node) {
        return switch (Json.kindOf(node)) {
            case "ran" -> new Success.Ran(Json.integer(node, "not_released"));
            case "already_ran" -> new Success.AlreadyRan();
            case "already_scheduled" -> new Success.AlreadyScheduled();
            case "recorded" -> new Success.Recorded(Json.text(node, "message"));
            default -> throw Json.unknownKind("success", node);
        };
    }
}

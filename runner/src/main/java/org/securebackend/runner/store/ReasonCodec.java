package org.securebackend.runner.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.OptionalLong;
import org.securebackend.runner.job.Exit;
import org.securebackend.runner.job.FailureReason;
import org.securebackend.runner.job.WaitReason;
import org.securebackend.runner.pipeline.ActionName;

/** {@link WaitReason}, {@link FailureReason} and {@link Exit} as JSON, and back. */
final class ReasonCodec {
    private static final String ACTION = "action";
    private static final String LIMIT = "limit";
    private static final String MEMORY_LIMIT = "memory_limit_bytes";

    private ReasonCodec() {}

    static ObjectNode encode(WaitReason reason) {
        return switch (reason) {
            case WaitReason.Created _ -> Json.kind("created");
            case WaitReason.Paused _ -> Json.kind("paused");
            case WaitReason.DatabaseMaintenance _ -> Json.kind("database_maintenance");
            case WaitReason.Dependencies _ -> Json.kind("dependencies");
            case WaitReason.Workers(var heavy) -> Json.kind("workers").put("heavy", heavy);
            case WaitReason.Memory _ -> Json.kind("memory");
            case WaitReason.DatabaseWorkers _ -> Json.kind("database_workers");
            case WaitReason.Reboot _ -> Json.kind("reboot");
            case WaitReason.Platform(var cause) -> Json.kind("platform").put("cause", cause);
        };
    }

    static WaitReason waitReason(JsonNode node) {
        return switch (Json.kindOf(node)) {
            case "created" -> new WaitReason.Created();
            case "paused" -> new WaitReason.Paused();
            case "database_maintenance" -> new WaitReason.DatabaseMaintenance();
            case "dependencies" -> new WaitReason.Dependencies();
            case "workers" -> new WaitReason.Workers(Json.truth(node, "heavy"));
            case "memory" -> new WaitReason.Memory();
            case "database_workers" -> new WaitReason.DatabaseWorkers();
            case "reboot" -> new WaitReason.Reboot();
            case "platform" -> new WaitReason.Platform(Json.text(node, "cause"));
            default -> throw Json.unknownKind("reason to wait", node);
        };
    }

    static ObjectNode encode(FailureReason reason) {
        return switch (reason) {
            case FailureReason.NonZeroExit(var exit) ->
                    Json.kind("nonzero_exit").set("exit", encode(exit));
            case FailureReason.UnmatchedPatterns(var patterns) ->
                    Json.kind("unmatched_patterns").set("patterns", Json.texts(patterns));
            case FailureReason.CancelledByUser _ -> Json.kind("cancelled_by_user");
            case FailureReason.KilledByAdmin _ -> Json.kind("killed_by_admin");
            case FailureReason.TimeLimit(var limit) ->
                    Json.kind("time_limit").put(LIMIT, limit.toString());
            case FailureReason.DependencyFailed(var action) ->
                    Json.kind("dependency_failed").put(ACTION, action.value());
            case FailureReason.StaleCodelists(var action) ->
                    Json.kind("stale_codelists").put(ACTION, action.value());
            case FailureReason.RequestError(var errorClass, var text) ->
                    Json.kind("request_error").put("class", errorClass).put("text", text);
            case FailureReason.CannotRun(var text) -> Json.kind("cannot_run").put("text", text);
            case FailureReason.Platform(var message, var reference) ->
                    Json.kind("platform").put("message", message).put("reference", reference);
            case FailureReason.Recorded(var code, var message) ->
                    Json.kind("recorded").put("code", code).put("message", message);
        };
    }

    static FailureReason failureReason(JsonNode node) {
        return switch (Json.kindOf(node)) {
            case "nonzero_exit" -> new FailureReason.NonZeroExit(exit(Json.field(node, "exit")));
            case "unmatched_patterns" ->
                    new FailureReason.UnmatchedPatterns(Json.textsOf(node, "patterns"));
            case "cancelled_by_user" -> new FailureReason.CancelledByUser();
            case "killed_by_admin" -> new FailureReason.KilledByAdmin();
            case "time_limit" -> new FailureReason.TimeLimit(Json.duration(node, LIMIT));
            case "dependency_failed" -> new FailureReason.DependencyFailed(action(node));
            case "stale_codelists" -> new FailureReason.StaleCodelists(action(node));
            case "request_error" ->
                    new FailureReason.RequestError(
                            Json.text(node, "class"), Json.text(node, "text"));
            case "cannot_run" -> new FailureReason.CannotRun(Json.text(node, "text"));
            case "platform" ->
                    new FailureReason.Platform(
                            Json.text(node, "message"), Json.text(node, "reference"));
            case "recorded" ->
                    new FailureReason.Recorded(Json.text(node, "code"), Json.text(node, "message"));
            default -> throw Json.unknownKind("reason to fail", node);
        };
    }

    static ObjectNode encode(Exit exit) {
        ObjectNode node =
                Json.object().put("code", exit.code()).put("out_of_memory", exit.outOfMemory());
        exit.memoryLimitBytes().ifPresent(bytes -> node.put(MEMORY_LIMIT, bytes));
        return node;
    }

    static Exit exit(JsonNode node) {
        OptionalLong limit =
                Json.maybe(node, MEMORY_LIMIT).stream().mapToLong(JsonNode::longValue).findFirst();
        return new Exit(Json.integer(node, "code"), Json.truth(node, "out_of_memory"), limit);
    }

    private static ActionName action(JsonNode node) {
        return new ActionName(Json.text(node, ACTION));
    }
}

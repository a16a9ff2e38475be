package org.securebackend.runner.docker;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.OptionalLong;
import org.securebackend.runner.executor.Execution;
import org.securebackend.runner.job.Exit;

/** Reads a container's inspection. */
final class Executions {
    private static final int UNKNOWN_EXIT_CODE = 255;

    private Executions() {}

    static Execution of(JsonNode inspection) {
        JsonNode state = inspection.path("State");
        Instant started = instant(state.path("StartedAt"));
        if (started.isBefore(Instant.EPOCH)) {
            return new Execution.Absent();
        }
        return switch (state.path("Status").asText("")) {
            case "created" -> new Execution.Absent();
            case "running", "paused", "restarting" -> new Execution.Running(started);
            default ->
                    new Execution.Ended(
                            exit(state, inspection.path("HostConfig")), end(state, started));
        };
    }

    private static Instant end(JsonNode state, Instant started) {
        Instant finished = instant(state.path("FinishedAt"));
        return finished.isBefore(started) ? started : finished;
    }

    private static Exit exit(JsonNode state, JsonNode hostConfig) {
        int code = state.path("ExitCode").asInt(UNKNOWN_EXIT_CODE);
        long memory = hostConfig.path("Memory").asLong(0);
        return new Exit(
                code < 0 || code > 255 ? UNKNOWN_EXIT_CODE : code,
                state.path("OOMKilled").asBoolean(false),
                memory > 0 ? OptionalLong.of(memory) : OptionalLong.empty());
    }

    /** The engine writes the year 1 for what never happened. */
    private static Instant instant(JsonNode time) {
        String text = time.asText("");
        return text.isEmpty() ? Instant.MIN : OffsetDateTime.parse(text).toInstant();
    }
}

package org.securebackend.runner.devserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A job as its runner reported it last (protocol, section 5).
 *
 * @param original the element as received
 */
public record ReportedJob(
        String identifier,
        String requestId,
        String action,
        String runCommand,
        Progress progress,
        Times times,
        ObjectNode original) {

    /** The action name of a job that stands for a request that could not be planned. */
    static final String ERROR_ACTION = "__error__";

    /** The server's words. */
    public record Progress(String status, String code, String message) {}

    /** What happened when. */
    public record Times(
            Instant created,
            Optional<Instant> updated,
            Optional<Instant> started,
            Optional<Instant> completed) {}

    /** Whether it failed or succeeded: it will not change any more, and cannot be cancelled. */
    public boolean isCompleted() {
        return progress.status().equals("failed") || progress.status().equals("succeeded");
    }

    /** Whether it stands for a request that could not be planned. */
    public boolean isError() {
        return action.equals(ERROR_ACTION);
    }

    /** How long it ran, once it is completed (protocol, section 9). */
    public Optional<Duration> runtime() {
        if (!isCompleted() || times.started().isEmpty() || times.completed().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(Duration.between(times.started().get(), times.completed().get()));
    }

    /** {@code code: message}, or the code alone, or nothing. */
    public String detail() {
        if (progress.message().isEmpty()) {
            return progress.code();
        }
        return progress.code().isEmpty()
                ? progress.message()
                : progress.code() + ": " + progress.message();
    }
}

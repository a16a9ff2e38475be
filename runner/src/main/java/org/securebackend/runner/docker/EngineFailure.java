package org.securebackend.runner.docker;

import com.github.dockerjava.api.exception.DockerException;
import java.util.List;
import java.util.Locale;
import org.securebackend.runner.executor.ExecutorException;
import org.securebackend.runner.executor.ExecutorUnavailableException;

/** Tells what may pass by itself from what will not, by the engine's status and words. */
final class EngineFailure {
    private static final int LONGEST_REASON = 300;
    private static final String DISK_FULL = "no space left on device";

    private static final List<String> PASSING =
            List.of("deadline exceeded", "cannot allocate memory", "resource temporarily");

    private EngineFailure() {}

    static ExecutorException of(String what, DockerException failure) {
        String said = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
        if (said.contains(DISK_FULL)) {
            return new ExecutorUnavailableException(
                    "the Docker engine's disk is full: " + what, failure);
        }
        int status = failure.getHttpStatus();
        if (status > 500 || status == 429 || PASSING.stream().anyMatch(said::contains)) {
            return new ExecutorUnavailableException(
                    "the Docker engine is in trouble: %s: %s".formatted(what, reason(failure)),
                    failure);
        }
        return new ExecutorException(
                "the Docker engine refused: %s: %s".formatted(what, reason(failure)), failure);
    }

    /** The engine's own words, on one line and not without end. */
    static String reason(DockerException failure) {
        String said = String.valueOf(failure.getMessage()).replaceAll("\\p{Cntrl}+", " ").strip();
        return said.length() > LONGEST_REASON ? said.substring(0, LONGEST_REASON) + "..." : said;
    }
}

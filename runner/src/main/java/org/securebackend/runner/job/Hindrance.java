package org.securebackend.runner.job;

import java.time.Instant;
import java.util.Optional;

/**
 * Trouble that can pass by itself and that a job has met.
 *
 * @param since when it began; trying again does not change that
 * @param cause what the job waits for, for its user to read; empty while it is tried again
 */
public record Hindrance(Instant since, Optional<String> cause) {

    /** The same trouble, perhaps over: it is being tried again. */
    Hindrance tryingAgain() {
        return new Hindrance(since, Optional.empty());
    }
}

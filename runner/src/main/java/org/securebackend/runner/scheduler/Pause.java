package org.securebackend.runner.scheduler;

import java.time.Duration;
import java.time.Instant;

/**
 * A wait that began at {@code since}. A clock that was set back ends it, so that it never grows.
 */
record Pause(Instant since, Duration length) {

    /** A wait that is over. */
    static final Pause NONE = new Pause(Instant.EPOCH, Duration.ZERO);

    boolean isOver(Instant now) {
        return left(now).isZero();
    }

    /** How long it still lasts; zero once it is over. */
    Duration left(Instant now) {
        if (now.isBefore(since)) {
            return Duration.ZERO;
        }
        Duration left = length.minus(Duration.between(since, now));
        return left.isNegative() ? Duration.ZERO : left;
    }
}

package org.securebackend.runner.sync;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/**
 * When to try again after failures: twice as long each time, up to a limit, spread by a random part
 * so that not all runners come back at once. A clock that is set back ends a wait, so that it never
 * grows. Belongs to one thread.
 */
public final class BackOff {
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Duration first;
    private final Duration longest;
    private int failures;
    private Instant since = Instant.EPOCH;
    private Duration wait = Duration.ZERO;

    public BackOff(InstantSource clock, RandomGenerator random, Duration first, Duration longest) {
        this.clock = clock;
        this.random = random;
        this.first = first;
        this.longest = longest;
    }

    InstantSource clock() {
        return clock;
    }

    void failed() {
        long full = Math.min(first.toMillis() << Math.min(failures, 20), longest.toMillis());
        failures++;
        since = clock.instant();
        wait = Duration.ofMillis(full / 2 + random.nextLong(full / 2 + 1));
    }

    /** Whether there had been failures. */
    boolean succeeded() {
        boolean hadFailed = failures > 0;
        failures = 0;
        wait = Duration.ZERO;
        return hadFailed;
    }

    boolean isOver() {
        return left().isZero();
    }

    Instant until() {
        return clock.instant().plus(left());
    }

    Duration left() {
        Instant now = clock.instant();
        if (now.isBefore(since)) {
            return Duration.ZERO;
        }
        Duration left = wait.minus(Duration.between(since, now));
        return left.isNegative() ? Duration.ZERO : left;
    }
}

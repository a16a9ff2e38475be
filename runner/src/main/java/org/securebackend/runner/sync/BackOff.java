package org.securebackend.runner.sync;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/**
 * When to try again after failures: twice as long each time, up to a limit, spread by a random part
 * so that not all runners come back at once. Belongs to one thread.
 */
public final class BackOff {
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Duration first;
    private final Duration longest;
    private int failures;
    private Instant until = Instant.MIN;

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
        until = clock.instant().plusMillis(full / 2 + random.nextLong(full / 2 + 1));
    }

    /** Whether there had been failures. */
    boolean succeeded() {
        boolean hadFailed = failures > 0;
        failures = 0;
        until = Instant.MIN;
        return hadFailed;
    }

    boolean isOver() {
        return !clock.instant().isBefore(until);
    }

    Instant until() {
        return until;
    }

    Duration left() {
        Duration left =
                until.equals(Instant.MIN)
                        ? Duration.ZERO
                        : Duration.between(clock.instant(), until);
        return left.isNegative() ? Duration.ZERO : left;
    }
}

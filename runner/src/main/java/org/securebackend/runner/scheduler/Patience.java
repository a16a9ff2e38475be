package org.securebackend.runner.scheduler;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before trying again: twice as long each time, up to a limit, a little spread so
 * that not everybody comes back at once.
 */
public record Patience(Duration first, Duration longest, RandomGenerator random) {

    /**
     * The wait before attempt {@code attempt + 1}.
     *
     * @param attempt how many attempts have failed, from 1
     */
    public Duration after(int attempt) {
        int doublings = Math.min(Math.max(attempt, 1) - 1, 20);
        long full = Math.min(first.toMillis() << doublings, longest.toMillis());
        return Duration.ofMillis(full - Math.round(full * 0.2 * random.nextDouble()));
    }
}

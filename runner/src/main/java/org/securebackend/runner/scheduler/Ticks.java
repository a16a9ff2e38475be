package org.securebackend.runner.scheduler;

import java.time.Duration;

/**
 * Runs small tasks again and again. Safety nets only: nothing waits for a tick that could be woken.
 */
public interface Ticks extends AutoCloseable {

    /** Runs {@code task} now and then every {@code period}; it must not block. */
    void every(String name, Duration period, Runnable task);

    @Override
    void close();
}

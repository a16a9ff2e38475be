package org.securebackend.runner.cli;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waiting for what another process does: looks again and again. */
final class WaitFor {
    private static final Duration LOOK = Duration.ofMillis(100);

    private WaitFor() {}

    /** Whether the condition held within {@code time}; it is looked at once at least. */
    static boolean condition(Duration time, BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start >= time.toNanos()) {
                return false;
            }
            LockSupport.parkNanos(LOOK.toNanos());
            if (Thread.currentThread().isInterrupted()) {
                return false;
            }
        }
        return true;
    }
}

package org.securebackend.runner.docker;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.securebackend.runner.executor.ExecutorUnavailableException;

/**
 * Runs calls that may never return. The transport over unix sockets knows no timeout for reading,
 * so each call runs on a virtual thread of its own, which is interrupted when its time is over or
 * its caller is interrupted; that closes its connection.
 */
final class BoundedCall {
    private final Duration timeout;

    BoundedCall(Duration timeout) {
        this.timeout = timeout;
    }

    /**
     * @param what the call, for messages
     * @throws ExecutorUnavailableException if it does not end in time, or the caller is interrupted
     * @throws ExecutionException what the call threw
     */
    <T> T run(String what, Callable<T> call) throws ExecutionException {
        return run(what, call, () -> 0);
    }

    /** Goes on for as long as {@code progress} changes within the timeout. */
    <T> T run(String what, Callable<T> call, LongSupplier progress) throws ExecutionException {
        var task = new FutureTask<>(call);
        long seen = progress.getAsLong();
        Thread.ofVirtual().name("docker " + what).start(task);
        try {
            while (true) {
                try {
                    return task.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
                } catch (TimeoutException e) {
                    long now = progress.getAsLong();
                    if (now == seen) {
                        throw new ExecutorUnavailableException(
                                "the Docker engine did not answer within %s: %s"
                                        .formatted(timeout, what),
                                e);
                    }
                    seen = now;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ExecutorUnavailableException(
                    "interrupted while asking the Docker engine: " + what, e);
        } finally {
            task.cancel(true);
        }
    }
}

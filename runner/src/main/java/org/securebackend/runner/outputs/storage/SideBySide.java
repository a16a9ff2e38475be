package org.securebackend.runner.outputs.storage;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Does the same with many things, a few at a time: a disk that is asked to sync several files at
 * once needs hardly longer than for one. Few things are done one after the other, in order, by the
 * caller's own thread.
 */
public final class SideBySide {
    private static final int AT_ONCE = 8;
    private static final int WORTH_A_THREAD = 32;

    private SideBySide() {}

    /** What is done with each. */
    @FunctionalInterface
    public interface Work<T> {
        void on(T thing) throws IOException;
    }

    /**
     * Returns when all is done; after a failure, when all has ended and some may not be done.
     *
     * @throws IOException the first failure in order, or that the caller was interrupted
     */
    public static <T> void each(List<T> things, Work<T> work) throws IOException {
        if (things.size() < 2 * WORTH_A_THREAD) {
            oneByOne(things, work);
            return;
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var parts = new ArrayList<Callable<Object>>();
            for (List<T> part : parts(things)) {
                parts.add(() -> {
                    oneByOne(part, work);
                    return part;
                });
            }
            for (Future<Object> part : threads.invokeAll(parts)) {
                await(part);
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static <T> List<List<T>> parts(List<T> things) {
        int size = Math.max(WORTH_A_THREAD, Math.ceilDiv(things.size(), AT_ONCE));
        var parts = new ArrayList<List<T>>();
        for (int from = 0; from < things.size(); from += size) {
            parts.add(things.subList(from, Math.min(things.size(), from + size)));
        }
        return parts;
    }

    private static <T> void oneByOne(List<T> things, Work<T> work) throws IOException {
        for (T thing : things) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("storing was interrupted");
            }
            work.on(thing);
        }
    }

    /** Waits for a part of the work. */
    static void await(Future<?> part) throws IOException {
        try {
            part.get();
        } catch (InterruptedException e) {
            throw interrupted(e);
        } catch (ExecutionException e) {
            throwAgain(e.getCause());
        }
    }

    /** As what it was, if anything was wrong. */
    static void throwAgain(@Nullable Throwable failure) throws IOException {
        switch (failure) {
            case null -> {}
            case IOException again -> throw again;
            case RuntimeException again -> throw again;
            case Error again -> throw again;
            default -> throw new IOException("storing failed", failure);
        }
    }

    static InterruptedIOException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        var interrupted = new InterruptedIOException("storing was interrupted");
        interrupted.initCause(cause);
        return interrupted;
    }
}

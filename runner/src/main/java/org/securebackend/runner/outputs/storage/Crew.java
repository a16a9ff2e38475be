package org.securebackend.runner.outputs.storage;

import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Does pieces of work side by side while one thread finds more; that thread waits while all hands
 * are busy. After a failure nothing more is begun. The hands are threads of the system, since
 * hashing would keep virtual ones from everybody else.
 */
public final class Crew implements AutoCloseable {
    /** A disk that is asked to sync several files at once needs hardly longer than for one. */
    private static final int HANDS = 8;

    private final Semaphore free = new Semaphore(HANDS);
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final ExecutorService threads;

    /**
     * @param name of its threads
     */
    public Crew(String name) {
        this.threads =
                Executors.newFixedThreadPool(
                        HANDS, Thread.ofPlatform().name(name + "-", 1).daemon().factory());
    }

    /** A piece of work, or the rest of it. */
    @FunctionalInterface
    public interface Work {
        void finish() throws IOException;
    }

    /** What must be done first, by the thread that found it. */
    @FunctionalInterface
    public interface Opening {
        Work begin() throws IOException;
    }

    /**
     * Waits for a free hand, then opens, then lets it do the rest.
     *
     * @throws IOException the first failure of any piece of work, or that the caller was
     *     interrupted
     */
    public void begin(Opening opening) throws IOException {
        acquire(1);
        boolean begun = false;
        try {
            requireNoFailure();
            Work work = opening.begin();
            threads.execute(() -> finish(work));
            begun = true;
        } finally {
            if (!begun) {
                free.release();
            }
        }
    }

    // Whatever goes wrong is for the thread that waits.
    private void finish(Work work) {
        try {
            work.finish();
        } catch (Throwable e) {
            failure.compareAndSet(null, e);
        } finally {
            free.release();
        }
    }

    /**
     * Waits until all that was begun is done.
     *
     * @throws IOException as {@link #begin}
     */
    public void await() throws IOException {
        acquire(HANDS);
        free.release(HANDS);
        requireNoFailure();
    }

    private void acquire(int hands) throws IOException {
        try {
            free.acquire(hands);
        } catch (InterruptedException e) {
            throw SideBySide.interrupted(e);
        }
    }

    private void requireNoFailure() throws IOException {
        SideBySide.throwAgain(failure.get());
    }

    /** Cuts off what is not done yet; returns when all hands rest. */
    @Override
    public void close() {
        threads.shutdownNow();
        threads.close();
    }
}

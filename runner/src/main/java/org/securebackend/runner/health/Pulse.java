package org.securebackend.runner.health;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The signs of life of something that is at work now and then. Does not look at the clock on the
 * wall, which may be set. Safe for several threads.
 */
public final class Pulse {
    private final LongSupplier nanos;
    private long began;
    private long last;
    private @Nullable Thread worker;

    public Pulse() {
        this(System::nanoTime);
    }

    /** {@code nanos} as {@link System#nanoTime}. */
    public Pulse(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** Goes to work, on this thread. */
    public synchronized void begin() {
        worker = Thread.currentThread();
        began = nanos.getAsLong();
        last = began;
    }

    /** Gets on with its work, or goes on with it after a {@link #rest}. */
    public synchronized void beat() {
        last = nanos.getAsLong();
        worker = Thread.currentThread();
    }

    /** Waits for something that may take any time: nobody expects a sign of life. */
    public synchronized void rest() {
        worker = null;
    }

    /** For how long it has been at work, with all rests since; zero if it is not. */
    public synchronized Duration busy() {
        return worker == null ? Duration.ZERO : Duration.ofNanos(nanos.getAsLong() - began);
    }

    /** What it is doing, called {@code what}; empty if it is not at work. */
    public synchronized Optional<AtWork> atWork(String what, Duration limit) {
        return worker == null
                ? Optional.empty()
                : Optional.of(
                        new AtWork(
                                what,
                                Duration.ofNanos(nanos.getAsLong() - last),
                                limit,
                                Optional.of(worker)));
    }
}

package org.securebackend.runner.sync;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Wakes one sleeping thread; rings while it is awake are one ring. */
final class Bell {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition rung = lock.newCondition();
    private boolean ringing;
    private boolean urgent;
    private boolean closed;

    void ring() {
        lock.lock();
        try {
            ringing = true;
            rung.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            rung.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for a ring, or takes one that has come already; false once it is closed. */
    boolean await() {
        lock.lock();
        try {
            while (!ringing && !closed) {
                rung.awaitUninterruptibly();
            }
            ringing = false;
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    /** Rings, and ends a {@link #rest}. */
    void ringUrgently() {
        lock.lock();
        try {
            urgent = true;
            ring();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for {@code time}, or until it rings urgently or is closed; other rings are kept. */
    void rest(Duration time) {
        lock.lock();
        try {
            long left = time.toNanos();
            while (left > 0 && !closed && !urgent) {
                left = rung.awaitNanos(left);
            }
            urgent = false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }
}

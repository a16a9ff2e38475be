package org.securebackend.runner.sync;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Wakes one sleeping thread; rings while it is awake are one ring. */
final class Bell {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition rung = lock.newCondition();
    private boolean ringing;
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

    /** Waits for {@code time}, or until it is closed. */
    void rest(Duration time) {
        lock.lock();
        try {
            long left = time.toNanos();
            while (left > 0 && !closed) {
                left = rung.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for a ring, for at most {@code time}; whether there was one. It is not taken. */
    boolean awaitRing(Duration time) {
        lock.lock();
        try {
            long left = time.toNanos();
            while (left > 0 && !ringing && !closed) {
                left = rung.awaitNanos(left);
            }
            return ringing;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
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

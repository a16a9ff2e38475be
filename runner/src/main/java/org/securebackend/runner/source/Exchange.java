package org.securebackend.runner.source;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import org.eclipse.jgit.lib.EmptyProgressMonitor;

/**
 * One exchange with a repository: until when it may last, how much it may bring, and how the other
 * side answered last. Used by the thread that makes the exchange and by JGit's own.
 */
final class Exchange extends EmptyProgressMonitor {
    private final long startNanos = System.nanoTime();
    private final long limitNanos;
    private final long limitBytes;
    private final Thread asker = Thread.currentThread();
    private volatile int status;
    private volatile long bytes;

    Exchange(Duration longest, long limitBytes) {
        this.limitNanos = longest.toNanos();
        this.limitBytes = limitBytes;
    }

    /** Notes an HTTP status. */
    void answered(int httpStatus) {
        status = httpStatus;
    }

    /** The last HTTP status, 0 if there was none. */
    int status() {
        return status;
    }

    /** Notes bytes that came. Only the connection's reader calls this. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one connection at a time has one reader
    void received(long count) throws IOException {
        bytes += count;
        if (isTooLarge()) {
            throw new IOException("more than " + limitBytes + " bytes in one exchange");
        }
        check();
    }

    /** Throws if it is over. */
    void check() throws IOException {
        if (isCancelled()) {
            throw new InterruptedIOException("the exchange took too long or was interrupted");
        }
    }

    boolean isTooLarge() {
        return bytes > limitBytes;
    }

    boolean isInterrupted() {
        return asker.isInterrupted();
    }

    @Override
    public boolean isCancelled() {
        return isInterrupted() || System.nanoTime() - startNanos > limitNanos;
    }
}

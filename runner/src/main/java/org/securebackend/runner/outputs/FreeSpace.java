package org.securebackend.runner.outputs;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.concurrent.locks.ReentrantLock;
import org.securebackend.runner.outputs.storage.Storage;

/** Sees to it that copies leave some space in a storage. Safe for use by several threads. */
final class FreeSpace {
    private final Storage storage;
    private final long reservedBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private long leftBytes;
    private long unwrittenBytes;

    /**
     * @param reservedBytes what must stay free
     */
    FreeSpace(Storage storage, long reservedBytes) {
        this.storage = storage;
        this.reservedBytes = reservedBytes;
    }

    /**
     * Grants space for a copy.
     *
     * @throws FileSystemException if there is not enough
     */
    void grant(long bytes) throws IOException {
        lock.lock();
        try {
            leftBytes -= bytes;
            if (leftBytes < reservedBytes) {
                // Asking is slow, so it is done only when what was left the last time is used up.
                leftBytes = storage.usableBytes() - unwrittenBytes - bytes;
            }
            if (leftBytes < reservedBytes) {
                throw new FileSystemException(
                        "high storage", null, "no space left for the job's outputs");
            }
            unwrittenBytes += bytes;
        } finally {
            lock.unlock();
        }
    }

    /** The copy was written, or will not be. */
    void written(long bytes) {
        lock.lock();
        try {
            unwrittenBytes -= bytes;
        } finally {
            lock.unlock();
        }
    }
}

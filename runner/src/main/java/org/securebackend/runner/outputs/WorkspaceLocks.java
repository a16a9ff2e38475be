package org.securebackend.runner.outputs;

import java.io.InterruptedIOException;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.securebackend.runner.job.WorkspaceName;

/** Lets one at a time change a workspace's folders. Workspaces may share a lock by chance. */
final class WorkspaceLocks {
    private static final int LOCKS = 64;

    private final List<ReentrantLock> locks =
            Stream.generate(ReentrantLock::new).limit(LOCKS).toList();

    /** A lock that is held; closing lets it go. */
    interface Held extends AutoCloseable {
        @Override
        void close();
    }

    /** Waits for the lock of a workspace. */
    Held hold(WorkspaceName workspace) throws InterruptedIOException {
        ReentrantLock lock = locks.get(Math.floorMod(workspace.hashCode(), LOCKS));
        try {
            lock.lockInterruptibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for a workspace");
        }
        return lock::unlock;
    }
}

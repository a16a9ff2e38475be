package org.securebackend.runner.outputs;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLockInterruptionException;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.securebackend.runner.job.WorkspaceName;
import org.securebackend.runner.outputs.storage.Storage;
import org.securebackend.runner.outputs.storage.StoragePath;

/**
 * Lets one at a time change a workspace's folders, among the threads of this process and among
 * processes: the daemon and a command beside it. Workspaces may share a lock by chance.
 */
final class WorkspaceLocks {
    private static final int LOCKS = 64;

    /** One set for the whole process: within one, a file can be locked only once. */
    private static final List<ReentrantLock> IN_PROCESS =
            Stream.generate(ReentrantLock::new).limit(LOCKS).toList();

    private final Storage storage;

    /** Locks that are files in {@code storage}, which is not the one that is copied to level 4. */
    WorkspaceLocks(Storage storage) {
        this.storage = storage;
    }

    /** A lock that is held; closing lets it go. */
    interface Held extends AutoCloseable {
        @Override
        void close() throws IOException;
    }

    /** Waits for the lock of a workspace. */
    Held hold(WorkspaceName workspace) throws IOException {
        int number = Math.floorMod(workspace.value().hashCode(), LOCKS);
        ReentrantLock lock = IN_PROCESS.get(number);
        try {
            lock.lockInterruptibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw interrupted();
        }
        try {
            FileChannel file = lockFile(number);
            return () -> {
                try {
                    file.close();
                } finally {
                    lock.unlock();
                }
            };
        } catch (IOException e) {
            lock.unlock();
            throw e;
        }
    }

    /** Given up by the system when the file is closed, also if this process is killed. */
    private FileChannel lockFile(int number) throws IOException {
        FileChannel file = storage.openToLock(StoragePath.of(".locks", "workspaces-" + number));
        try {
            var _ = file.lock();
            return file;
        } catch (FileLockInterruptionException e) {
            file.close();
            throw interrupted();
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    private static InterruptedIOException interrupted() {
        return new InterruptedIOException("interrupted while waiting for a workspace");
    }
}

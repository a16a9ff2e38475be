package org.securebackend.runner.source;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.securebackend.runner.source.GitTrafficException.Trouble;

/**
 * Everything kept of one remote repository: its commits that were asked for, each without its
 * history, and apart from that the history of its branches. They must not be one: fetching a commit
 * without its history would cut that commit's history off for good.
 */
final class RepositoryFolder {
    private final Path directory;
    private final Duration patience;
    private final BareRepository commits;
    private final BareRepository history;
    private final ReentrantLock writing = new ReentrantLock();

    /**
     * @param patience longest wait for whoever is fetching already
     */
    RepositoryFolder(Path directory, Duration patience) {
        this.directory = directory;
        this.patience = patience;
        this.commits = new BareRepository(directory.resolve("commits.git"));
        this.history = new BareRepository(directory.resolve("history.git"));
    }

    BareRepository commits() {
        return commits;
    }

    BareRepository history() {
        return history;
    }

    /** Something that adds to a repository of the folder. */
    interface Work<T> {
        T run() throws IOException, GitTrafficException;
    }

    /**
     * Works while no other thread and no other process adds anything. Since everybody does it this
     * way, lock files that are there at the start belong to nobody alive.
     */
    <T> T exclusively(Work<T> work) throws IOException, GitTrafficException {
        acquire();
        try {
            Files.createDirectories(directory);
            try (FileChannel channel =
                            FileChannel.open(
                                    directory.resolve("writer"),
                                    StandardOpenOption.CREATE,
                                    StandardOpenOption.WRITE);
                    FileLock held = channel.lock()) {
                if (!held.isValid()) {
                    throw new IOException("lock of the folder was lost");
                }
                commits.removeLeftovers();
                history.removeLeftovers();
                return work.run();
            } catch (OverlappingFileLockException e) {
                throw new GitTrafficException(Trouble.CACHE, e);
            }
        } finally {
            writing.unlock();
        }
    }

    private void acquire() throws GitTrafficException {
        try {
            if (!writing.tryLock(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new GitTrafficException(Trouble.UNREACHABLE, null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new GitTrafficException(Trouble.INTERRUPTED, e);
        }
    }
}

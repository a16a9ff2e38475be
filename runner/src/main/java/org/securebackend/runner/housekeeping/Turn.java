package org.securebackend.runner.housekeeping;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One keeps house at a time, the daemon or a command: a lock on {@code housekeeping.lock} in the
 * work directory. The system gives it up when its process ends.
 */
public final class Turn implements AutoCloseable {
    /**
     * The files that this process has locked. POSIX drops a process's locks on a file as soon as it
     * closes the file for the first time, so a second attempt must not even open it.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final FileChannel file;

    private Turn(Path path, FileChannel file) {
        this.path = path;
        this.file = file;
    }

    /** Takes the turn; empty if somebody else has it. */
    public static Optional<Turn> take(Path workDirectory) throws IOException {
        Path path = workDirectory.toRealPath().resolve("housekeeping.lock");
        if (!HELD.add(path)) {
            return Optional.empty();
        }
        Optional<Turn> turn = Optional.empty();
        try {
            turn = lock(path);
            return turn;
        } finally {
            if (turn.isEmpty()) {
                HELD.remove(path);
            }
        }
    }

    private static Optional<Turn> lock(Path path) throws IOException {
        FileChannel file =
                FileChannel.open(
                        path,
                        Set.of(
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE,
                                LinkOption.NOFOLLOW_LINKS),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")));
        try {
            if (file.tryLock() != null) {
                return Optional.of(new Turn(path, file));
            }
        } catch (IOException e) {
            file.close();
            throw e;
        }
        file.close();
        return Optional.empty();
    }

    @Override
    public void close() throws IOException {
        try {
            file.close();
        } finally {
            HELD.remove(path);
        }
    }
}

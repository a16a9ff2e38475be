package org.securebackend.runner.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One daemon per work directory: a lock on {@code runner.lock} in it, which holds the daemon's
 * process id. The system gives it up when the process ends, however it ends.
 */
public final class WorkdirLock implements AutoCloseable {
    private static final String NAME = "runner.lock";
    private static final int LONGEST_PID = 20;
    private static final int ATTEMPTS = 4;
    private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(50);

    /**
     * The files that this process has locked. POSIX drops a process's locks on a file as soon as it
     * closes the file for the first time, so a second attempt must not even open it.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final FileChannel channel;

    private WorkdirLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Takes the lock of {@code workDirectory}, which is there already.
     *
     * @param pid of this process
     * @throws WorkdirTakenException if a daemon has it
     */
    public static WorkdirLock take(Path workDirectory, long pid) {
        Path file = canonical(workDirectory).resolve(NAME);
        if (!HELD.add(file)) {
            throw new WorkdirTakenException(taken(file, Long.toString(pid)));
        }
        FileChannel channel = null;
        try {
            channel = open(file);
            if (!isLocked(channel)) {
                throw new WorkdirTakenException(taken(file, read(channel)));
            }
            write(channel, pid);
            return new WorkdirLock(file, channel);
        } catch (IOException e) {
            giveUp(file, channel);
            throw new StoreException(
                    "%s cannot be locked: see who owns it and its folder".formatted(file), e);
        } catch (WorkdirTakenException e) {
            giveUp(file, channel);
            throw e;
        }
    }

    /** The process id of the daemon that has {@code workDirectory}, if there is one. */
    public static Optional<String> holder(Path workDirectory) {
        Path file = canonical(workDirectory).resolve(NAME);
        if (HELD.contains(file)) {
            return Optional.of(Long.toString(ProcessHandle.current().pid()));
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
                FileLock lock = channel.tryLock(0, Long.MAX_VALUE, true)) {
            return lock == null ? Optional.of(read(channel)) : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new StoreException(
                    "%s cannot be looked at: see who owns it and its folder".formatted(file), e);
        }
    }

    private static Path canonical(Path workDirectory) {
        try {
            return workDirectory.toRealPath();
        } catch (IOException e) {
            throw new StoreException(
                    "the work directory %s cannot be used: see whether it is there and who owns it"
                            .formatted(workDirectory),
                    e);
        }
    }

    private static FileChannel open(Path file) throws IOException {
        return FileChannel.open(
                file,
                Set.of(
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        LinkOption.NOFOLLOW_LINKS),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    /** A command that only looks, as {@link #holder} does, is out of the way in a moment. */
    private static boolean isLocked(FileChannel channel) throws IOException {
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            if (channel.tryLock() != null) {
                return true;
            }
            LockSupport.parkNanos(BETWEEN_ATTEMPTS.toNanos());
        }
        return false;
    }

    private static void write(FileChannel channel, long pid) throws IOException {
        channel.truncate(0);
        channel.write(ByteBuffer.wrap((pid + "\n").getBytes(StandardCharsets.US_ASCII)), 0);
    }

    private static String read(FileChannel channel) throws IOException {
        var buffer = ByteBuffer.allocate(LONGEST_PID);
        int length = Math.max(channel.read(buffer, 0), 0);
        String text = new String(buffer.array(), 0, length, StandardCharsets.US_ASCII).strip();
        return text.matches("[0-9]+") ? text : "unknown";
    }

    private static String taken(Path file, String pid) {
        return "another daemon (process %s) already works in %s: stop it, or give this one a work directory of its own"
                .formatted(pid, file.getParent());
    }

    private static void giveUp(Path file, @Nullable FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            throw new StoreException("%s cannot be closed".formatted(file), e);
        } finally {
            HELD.remove(file);
        }
    }

    /** Gives the lock up. The file stays: removing it could take it from under a new daemon. */
    @Override
    public void close() {
        giveUp(file, channel);
    }
}

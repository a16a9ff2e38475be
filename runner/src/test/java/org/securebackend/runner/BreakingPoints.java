package org.securebackend.runner;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.securebackend.runner.job.EffectPoint;
import org.securebackend.runner.job.FaultPoints;

/**
 * A folder by which a test stops a daemon of another process at a point: it arms the point, waits
 * until it is reached, does what it wants, and lets the daemon go.
 */
record BreakingPoints(Path folder) implements FaultPoints {
    private static final long LOOK_NANOS = 2_000_000;

    // The daemon's side

    @Override
    public void reach(EffectPoint point) {
        try {
            note(point);
            Files.move(armed(point), reached(), StandardCopyOption.ATOMIC_MOVE);
            while (Files.exists(reached())) {
                LockSupport.parkNanos(LOOK_NANOS);
            }
        } catch (NoSuchFileException _) {
            // Not armed, or the other thread that has come here was quicker.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void note(EffectPoint point) throws IOException {
        try {
            Files.createFile(folder.resolve("seen-" + point));
        } catch (FileAlreadyExistsException _) {
            // Seen before.
        }
    }

    // The test's side

    void arm(EffectPoint point) throws IOException {
        Files.createFile(armed(point));
    }

    void awaitReached(EffectPoint point) throws InterruptedException {
        Commands.await(point + " is reached", () -> Files.exists(reached()));
    }

    void letGo() throws IOException {
        Files.delete(reached());
    }

    void disarm() throws IOException {
        for (EffectPoint point : EffectPoint.values()) {
            Files.deleteIfExists(armed(point));
        }
        Files.deleteIfExists(reached());
    }

    Set<EffectPoint> seen() {
        var seen = EnumSet.noneOf(EffectPoint.class);
        for (EffectPoint point : EffectPoint.values()) {
            if (Files.exists(folder.resolve("seen-" + point))) {
                seen.add(point);
            }
        }
        return seen;
    }

    private Path armed(EffectPoint point) {
        return folder.resolve("armed-" + point);
    }

    private Path reached() {
        return folder.resolve("reached");
    }
}

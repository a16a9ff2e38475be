package org.securebackend.runner.store;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a command tells the daemon that there is something new in the store. Only a hint: a ring that
 * is lost costs time, never an order, because the daemon looks by itself now and then.
 *
 * <p>The bell is a folder of its own in the work directory: the database's own files change too
 * often to be watched.
 */
public final class StoreDoorbell {
    private static final Logger LOG = LoggerFactory.getLogger(StoreDoorbell.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final String FOLDER = "doorbell";

    private final Path folder;

    /**
     * @param workDirectory is there already
     */
    public StoreDoorbell(Path workDirectory) {
        this.folder = workDirectory.toAbsolutePath().resolve(FOLDER);
    }

    /** Tells the daemon, if one is listening. Never fails: what cannot be told is logged. */
    public void ring() {
        try {
            makeFolder();
            // Made and gone at once: each ring is an event, and nothing is left behind.
            Path ring = folder.resolve(UUID.randomUUID().toString());
            Files.createFile(ring);
            Files.delete(ring);
        } catch (IOException e) {
            LOG.warn(
                    "the daemon could not be told of a change, it will find it itself: {}",
                    e.toString());
        }
    }

    /**
     * Calls {@code onRing} after each ring, on a thread of its own; rings close together may be one
     * call. What it throws is logged.
     */
    public Watch watch(Runnable onRing) {
        try {
            makeFolder();
            WatchService service = folder.getFileSystem().newWatchService();
            folder.register(service, StandardWatchEventKinds.ENTRY_CREATE);
            Thread thread =
                    Thread.ofPlatform()
                            .name("doorbell")
                            .daemon()
                            .start(() -> listen(service, onRing));
            return new Watch(service, thread);
        } catch (IOException e) {
            throw new StoreException(
                    "%s cannot be watched: see who owns it, and the limit of inotify instances"
                            .formatted(folder),
                    e);
        }
    }

    private void makeFolder() throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(
                    folder,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
        }
    }

    private static void listen(WatchService service, Runnable onRing) {
        try {
            while (true) {
                WatchKey key = service.take();
                key.pollEvents();
                call(onRing);
                if (!key.reset()) {
                    // Closed, or the folder is gone: then changes are found by looking.
                    LOG.info("the doorbell is not watched any more");
                    return;
                }
            }
        } catch (ClosedWatchServiceException _) {
            LOG.debug("doorbell closed");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static void call(Runnable onRing) {
        try {
            onRing.run();
        } catch (RuntimeException e) {
            LOG.error("what follows a ring of the doorbell failed", e);
        }
    }

    /** Somebody listens, until this is closed. */
    public static final class Watch implements AutoCloseable {
        private final WatchService service;
        private final Thread thread;

        private Watch(WatchService service, Thread thread) {
            this.service = service;
            this.thread = thread;
        }

        /** Stops listening; a call that is under way may end first. */
        @Override
        public void close() {
            try {
                service.close();
                if (!thread.equals(Thread.currentThread())) {
                    thread.join(PATIENCE);
                }
            } catch (IOException e) {
                throw new StoreException("the doorbell cannot be closed", e);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }
}

package org.securebackend.runner.source;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.RepositoryCache;
import org.eclipse.jgit.lib.StoredConfig;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.util.FS;
import org.jspecify.annotations.Nullable;

/**
 * A bare repository on disk that can be made anew at any time. Many may read it at once; one at a
 * time may add to it (see {@link RepositoryFolder#exclusively}); while it is thrown away nobody
 * reads.
 */
final class BareRepository {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Path directory;
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();

    BareRepository(Path directory) {
        this.directory = directory;
    }

    /** Something to do with a repository. */
    interface Use<T, E extends Exception> {
        T apply(Repository repository) throws IOException, E;
    }

    /** Lends it, made if there is none. It must not be used afterwards. */
    <T, E extends Exception> T use(Use<T, E> use) throws IOException, E {
        lock.readLock().lock();
        try (Repository repository = open()) {
            return use.apply(repository);
        } finally {
            lock.readLock().unlock();
        }
    }

    private Repository open() throws IOException {
        if (!isRepository(directory)) {
            create();
        }
        return build(directory);
    }

    private static boolean isRepository(Path path) {
        return RepositoryCache.FileKey.isGitRepository(path.toFile(), FS.DETECTED);
    }

    private static Repository build(Path path) throws IOException {
        return new FileRepositoryBuilder().setGitDir(path.toFile()).setBare().build();
    }

    private void create() throws IOException {
        Files.createDirectories(directory.getParent());
        Path draft = Files.createTempDirectory(directory.getParent(), "new-");
        try {
            try (Repository repository = build(draft)) {
                repository.create(true);
                configure(repository.getConfig());
            }
            synchronized (this) {
                if (!isRepository(directory)) {
                    delete(directory);
                    Files.move(draft, directory);
                }
            }
        } finally {
            delete(draft);
        }
    }

    private static void configure(StoredConfig config) throws IOException {
        config.setBoolean("core", null, "fsyncObjectFiles", true);
        config.setBoolean("core", null, "fsyncRefFiles", true);
        config.setBoolean("gc", null, "autoDetach", false);
        config.setInt("gc", null, "auto", 0);
        config.setInt("gc", null, "autoPackLimit", 0);
        config.save();
    }

    /**
     * Throws it away, when nobody reads it any more.
     *
     * @throws IOException also if somebody goes on reading for long
     */
    void discard() throws IOException {
        acquireForDiscarding();
        try {
            delete(directory);
        } finally {
            lock.writeLock().unlock();
        }
    }

    private void acquireForDiscarding() throws IOException {
        try {
            if (!lock.writeLock().tryLock(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new IOException("a damaged repository is still being read");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted before a repository was discarded");
        }
    }

    /**
     * Removes what a killed process left behind: lock files and half packs. Only while no other
     * process writes here.
     */
    void removeLeftovers() throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        Files.walkFileTree(
                directory,
                new Visit() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        if (isLeftover(file.getFileName().toString())) {
                            Files.deleteIfExists(file);
                        }
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    private static boolean isLeftover(String name) {
        return name.endsWith(".lock")
                || name.endsWith(".keep")
                || name.startsWith("incoming_")
                || name.startsWith("noz");
    }

    /** Deletes a tree without following links; fine if there is none. */
    static void delete(Path tree) throws IOException {
        if (!Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(
                tree,
                new Visit() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Files.deleteIfExists(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e)
                            throws IOException {
                        if (e != null) {
                            throw e;
                        }
                        Files.deleteIfExists(folder);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    /** A walk through a folder in which others may delete, too. */
    private abstract static class Visit extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
            }
            throw e;
        }
    }
}

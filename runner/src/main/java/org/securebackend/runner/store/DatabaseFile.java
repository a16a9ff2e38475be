package org.securebackend.runner.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Where the database lies, and who may see it. SQLite gives the files beside it ({@code -wal},
 * {@code -shm}) the same rights.
 */
final class DatabaseFile {
    private static final String NAME = "runner.sqlite";

    private DatabaseFile() {}

    /**
     * The file, made empty if it is missing: for its owner alone, in a folder that is not open to
     * all.
     */
    static Path create(Path workDirectory) {
        Path file = in(workDirectory);
        try {
            if (!Files.isDirectory(workDirectory)) {
                Files.createDirectories(
                        workDirectory,
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwxr-x---")));
            }
            Files.createFile(
                    file,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
        } catch (FileAlreadyExistsException _) {
            return requireFile(file);
        } catch (IOException e) {
            throw new StoreException(
                    "the database %s cannot be made: see whether its folder is there, who owns it, and whether there is space"
                            .formatted(file),
                    e);
        }
        return file;
    }

    /**
     * Makes an empty file for a copy of the database, for its owner alone.
     *
     * @throws StoreException if something of that name is there already
     */
    static Path createCopy(Path file) {
        try {
            return Files.createFile(
                    file.toAbsolutePath(),
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
        } catch (FileAlreadyExistsException e) {
            throw new StoreException("%s is there already: nothing was written".formatted(file), e);
        } catch (IOException e) {
            throw new StoreException(
                    "%s cannot be made: see whether its folder is there and who owns it"
                            .formatted(file),
                    e);
        }
    }

    /** Returns when a copy and its name are on the disk. */
    static void sync(Path copy) {
        try (FileChannel file = FileChannel.open(copy, StandardOpenOption.WRITE);
                FileChannel folder = FileChannel.open(copy.getParent())) {
            file.force(true);
            folder.force(true);
        } catch (IOException e) {
            throw new StoreException("%s cannot be brought to the disk".formatted(copy), e);
        }
    }

    /** Removes a copy that is of no use. */
    static void discard(Path copy, RuntimeException why) {
        try {
            Files.deleteIfExists(copy);
        } catch (IOException e) {
            why.addSuppressed(e);
        }
    }

    static Path existing(Path workDirectory) {
        Path file = in(workDirectory);
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new StoreException(
                    "there is no database %s: see whether the work directory is right; the serve and migrate commands make a new one"
                            .formatted(file),
                    null);
        }
        return requireFile(file);
    }

    private static Path requireFile(Path file) {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new StoreException("%s is not a plain file".formatted(file), null);
        }
        return file;
    }

    private static Path in(Path workDirectory) {
        return workDirectory.toAbsolutePath().resolve(NAME);
    }
}

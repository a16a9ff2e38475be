package org.securebackend.runner.docker;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Removes a tree that a hostile program left: as deep as it likes, without rights, with any names.
 * Directories within directories are moved up to the top first, so that two are open at a time and
 * no path gets long. Never follows a link.
 */
final class TreeRemoval {
    private static final LinkOption NO_LINKS = LinkOption.NOFOLLOW_LINKS;

    private final Path root;
    private long moved;

    private TreeRemoval(Path root) {
        this.root = root;
    }

    /** Fine if it is absent. */
    static void remove(Path root) throws IOException {
        if (Files.isDirectory(root, NO_LINKS)) {
            new TreeRemoval(root).removeAll();
        } else {
            Files.deleteIfExists(root);
        }
    }

    private void removeAll() throws IOException {
        while (true) {
            allow(root);
            try (DirectoryStream<Path> stream = Files.newDirectoryStream(root)) {
                SecureDirectoryStream<Path> top = secure(stream);
                for (Path entry : top) {
                    removeEntry(top, entry.getFileName());
                }
            } catch (DirectoryIteratorException e) {
                throw e.getCause();
            }
            try {
                Files.deleteIfExists(root);
                return;
            } catch (DirectoryNotEmptyException e) {
                // What was moved up while the top was read may have been missed: once more.
            }
        }
    }

    private void removeEntry(SecureDirectoryStream<Path> top, Path name) throws IOException {
        if (Thread.currentThread().isInterrupted()) {
            throw new ClosedByInterruptException();
        }
        if (!isDirectory(top, name)) {
            top.deleteFile(name);
            return;
        }
        allow(root.resolve(name));
        try (SecureDirectoryStream<Path> directory = top.newDirectoryStream(name, NO_LINKS)) {
            for (Path entry : directory) {
                Path inner = entry.getFileName();
                if (isDirectory(directory, inner)) {
                    moveUp(top, directory, new Found(name, inner));
                } else {
                    directory.deleteFile(inner);
                }
            }
        }
        try {
            top.deleteDirectory(name);
        } catch (DirectoryNotEmptyException e) {
            // Looked at again when the top is read again.
        }
    }

    private void moveUp(
            SecureDirectoryStream<Path> top, SecureDirectoryStream<Path> from, Found found)
            throws IOException {
        // A directory that is moved must be writable itself, since its parent is written in it.
        allow(root.resolve(found.parent()).resolve(found.name()));
        from.move(found.name(), top, root.getFileSystem().getPath(freeName(top)));
    }

    private String freeName(SecureDirectoryStream<Path> top) throws IOException {
        while (true) {
            String name = ".up-" + moved++;
            try {
                var _ =
                        top.getFileAttributeView(
                                        root.getFileSystem().getPath(name),
                                        BasicFileAttributeView.class,
                                        NO_LINKS)
                                .readAttributes();
            } catch (NoSuchFileException e) {
                return name;
            }
        }
    }

    private static boolean isDirectory(SecureDirectoryStream<Path> in, Path name)
            throws IOException {
        return in.getFileAttributeView(name, BasicFileAttributeView.class, NO_LINKS)
                .readAttributes()
                .isDirectory();
    }

    /** Only a directory's owner may do so; root needs nothing of the kind. */
    private static void allow(Path directory) throws IOException {
        if (Files.isWritable(directory)
                && Files.isReadable(directory)
                && Files.isExecutable(directory)) {
            return;
        }
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    }

    private static SecureDirectoryStream<Path> secure(DirectoryStream<Path> stream)
            throws AccessDeniedException {
        if (stream instanceof SecureDirectoryStream<Path> secure) {
            return secure;
        }
        throw new AccessDeniedException("this platform cannot remove a workspace safely");
    }

    private record Found(Path parent, Path name) {}
}

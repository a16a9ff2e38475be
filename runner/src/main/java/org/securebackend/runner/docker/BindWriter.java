package org.securebackend.runner.docker;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.securebackend.runner.executor.WorkspaceWriter;

/**
 * Fills a workspace that was just made, before any program has seen it. So nobody else changes it,
 * and a directory that this writer made itself stays one; it writes below no other.
 */
final class BindWriter implements WorkspaceWriter {
    private static final Set<StandardOpenOption> NEW =
            Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);

    private static final FileAttribute<Set<PosixFilePermission>> PLAIN = mode("rw-r--r--");
    private static final FileAttribute<Set<PosixFilePermission>> PROGRAM = mode("rwxr-xr-x");
    private static final int BUFFER_BYTES = 256 * 1024;

    private final Path root;
    private final Ownership ownership;
    private final Set<Path> made = new HashSet<>();

    BindWriter(Path root, Ownership ownership) {
        this.root = root;
        this.ownership = ownership;
        made.add(root);
    }

    @Override
    public void directory(String path) throws IOException {
        makeDirectory(inside(path));
    }

    @Override
    public void file(String path, ReadableByteChannel content, FileKind kind) throws IOException {
        Path file = makeRoom(path);
        try (FileChannel target =
                FileChannel.open(file, NEW, kind == FileKind.EXECUTABLE ? PROGRAM : PLAIN)) {
            copy(content, target);
        }
        ownership.give(file);
    }

    @Override
    public void link(String path, String target) throws IOException {
        Path link = makeRoom(path);
        try {
            Files.createSymbolicLink(link, link.getFileSystem().getPath(target));
        } catch (InvalidPathException e) {
            throw refused(path, "its target cannot be written", e);
        }
        ownership.give(link);
    }

    @Override
    public void close() {
        made.clear();
    }

    private Path makeRoom(String path) throws IOException {
        Path place = inside(path);
        if (made.contains(place)) {
            throw refused(path, "there is a directory of that name", null);
        }
        makeDirectory(parentOf(place));
        Files.deleteIfExists(place);
        return place;
    }

    private void makeDirectory(Path directory) throws IOException {
        if (made.contains(directory)) {
            return;
        }
        makeDirectory(parentOf(directory));
        try {
            Files.createDirectory(directory, PROGRAM);
        } catch (FileAlreadyExistsException e) {
            throw refused(
                    root.relativize(directory).toString(),
                    "it is in the way and not a directory",
                    e);
        }
        ownership.give(directory);
        made.add(directory);
    }

    private static Path parentOf(Path path) throws FileNotFoundException {
        Path parent = path.getParent();
        if (parent == null) {
            throw new FileNotFoundException("no parent of " + path);
        }
        return parent;
    }

    private Path inside(String path) throws IOException {
        for (String part : path.split("/", -1)) {
            if (part.isEmpty() || part.equals(".") || part.equals("..")) {
                throw refused(path, "not a path within a workspace", null);
            }
        }
        try {
            return root.resolve(path);
        } catch (InvalidPathException e) {
            throw refused(path, "not a name for a file", e);
        }
    }

    private static void copy(ReadableByteChannel content, FileChannel target) throws IOException {
        if (content instanceof FileChannel file) {
            copyWithinKernel(file, target);
            return;
        }
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        while (content.read(buffer) >= 0) {
            buffer.flip();
            while (buffer.hasRemaining()) {
                target.write(buffer);
            }
            buffer.clear();
        }
    }

    private static void copyWithinKernel(FileChannel file, FileChannel target) throws IOException {
        long position = file.position();
        while (true) {
            long count = file.transferTo(position, Long.MAX_VALUE - position, target);
            if (count <= 0) {
                break;
            }
            position += count;
        }
        file.position(position);
    }

    private static FileAttribute<Set<PosixFilePermission>> mode(String text) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text));
    }

    private static FileSystemException refused(
            String path, String reason, @Nullable Exception cause) {
        var refusal = new FileSystemException(path, null, reason);
        if (cause != null) {
            refusal.initCause(cause);
        }
        return refusal;
    }
}

package org.securebackend.runner.outputs;

import static java.util.Objects.requireNonNull;

import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.securebackend.runner.executor.EntryContent;
import org.securebackend.runner.executor.JobWorkspace;
import org.securebackend.runner.executor.WorkspaceEntry;
import org.securebackend.runner.executor.WorkspaceEntry.Kind;
import org.securebackend.runner.executor.WorkspaceWriter;

/** A workspace over a folder, which also shows made-up entries that no file system would hold. */
final class FolderWorkspace implements JobWorkspace {
    static final int LARGE_BYTES = (1 << 20) + 5;

    private final Path root;
    private final List<MadeUp> madeUp = new ArrayList<>();

    private record MadeUp(WorkspaceEntry entry, EntryContent content) {}

    FolderWorkspace(Path root) {
        this.root = root;
    }

    FolderWorkspace with(String path, String content) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
        return this;
    }

    /** A file so large that it is moved where it may be; every byte is {@code filling}. */
    FolderWorkspace withLarge(String path, int filling) throws IOException {
        var content = new byte[LARGE_BYTES];
        Arrays.fill(content, (byte) filling);
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.write(file, content);
        return this;
    }

    /** A regular file that is only said to be there. */
    FolderWorkspace withMadeUp(String path, byte[] content) {
        return withMadeUp(path, content, content.length);
    }

    FolderWorkspace withMadeUp(String path, byte[] content, long claimedBytes) {
        var entry =
                new WorkspaceEntry(path, Kind.REGULAR, claimedBytes, claimedBytes, 1, Instant.MAX);
        return withMadeUp(entry, () -> Channels.newChannel(new ByteArrayInputStream(content)));
    }

    FolderWorkspace withMadeUp(WorkspaceEntry entry, EntryContent content) {
        madeUp.add(new MadeUp(entry, content));
        return this;
    }

    Path file(String path) {
        return root.resolve(path);
    }

    @Override
    public WorkspaceWriter rewrite() {
        throw new UnsupportedOperationException("only for looking");
    }

    @Override
    public void visit(EntryVisitor visitor) throws IOException {
        if (!Files.isDirectory(root)) {
            throw new FileNotFoundException("no workspace");
        }
        List<Path> all;
        try (Stream<Path> walk = Files.walk(root)) {
            all = walk.filter(path -> !path.equals(root)).toList();
        }
        for (Path path : all) {
            if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                visitor.entry(entry(path), new FileOf(path));
            }
        }
        for (MadeUp entry : madeUp) {
            visitor.entry(entry.entry(), entry.content());
        }
    }

    private record FileOf(Path path) implements EntryContent {
        @Override
        public FileChannel open() throws IOException {
            requireFile();
            return FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        }

        @SuppressWarnings("StreamResourceLeak") // closed as what it is cast to
        @Override
        public boolean moveTo(SecureDirectoryStream<Path> folder, Path name) throws IOException {
            requireFile();
            try (var parent =
                    (SecureDirectoryStream<Path>) Files.newDirectoryStream(path.getParent())) {
                parent.move(path.getFileName(), folder, name);
                return true;
            } catch (AtomicMoveNotSupportedException e) {
                return false;
            }
        }

        private void requireFile() throws IOException {
            if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                throw new IOException("opened what is not a regular file: " + path);
            }
        }
    }

    private WorkspaceEntry entry(Path path) throws IOException {
        BasicFileAttributes facts =
                Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        var links = (Integer) Files.getAttribute(path, "unix:nlink", LinkOption.NOFOLLOW_LINKS);
        return new WorkspaceEntry(
                root.relativize(path).toString(),
                kind(facts),
                facts.size(),
                facts.size(),
                requireNonNull(links),
                facts.lastModifiedTime().toInstant());
    }

    private static Kind kind(BasicFileAttributes facts) {
        if (facts.isRegularFile()) {
            return Kind.REGULAR;
        }
        if (facts.isDirectory()) {
            return Kind.DIRECTORY;
        }
        return facts.isSymbolicLink() ? Kind.SYMLINK : Kind.OTHER;
    }
}

package org.securebackend.runner.docker;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.securebackend.runner.executor.EntryContent;
import org.securebackend.runner.executor.JobWorkspace.EntryVisitor;
import org.securebackend.runner.executor.WorkspaceEntry;
import org.securebackend.runner.executor.WorkspaceEntry.Kind;

/**
 * Looks at a tree that a hostile program left, each directory relative to its open parent, so that
 * no link can lead elsewhere. Keeps one directory open a level; what lies deeper than {@value
 * #DEEPEST} levels, or has a name that is not text, is shown as something other than a file, and so
 * are directories that may not be read.
 */
final class TreeVisit {
    static final int DEEPEST = 100;

    private static final LinkOption NO_LINKS = LinkOption.NOFOLLOW_LINKS;

    private final Path root;
    private final EntryVisitor visitor;
    private final Deque<Level> levels = new ArrayDeque<>();
    private final long device;

    private TreeVisit(Path root, EntryVisitor visitor) throws IOException {
        this.root = root;
        this.visitor = visitor;
        this.device = (Long) Files.getAttribute(root, "unix:dev", NO_LINKS);
    }

    static void of(Path root, EntryVisitor visitor) throws IOException {
        new TreeVisit(root, visitor).visitAll();
    }

    private void visitAll() throws IOException {
        try (DirectoryStream<Path> top = Files.newDirectoryStream(root)) {
            levels.push(new Level(null, secure(top)));
            while (!levels.isEmpty()) {
                visitNext(levels.getFirst());
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        } finally {
            for (Level left : levels) {
                left.stream.close();
            }
        }
    }

    private void visitNext(Level level) throws IOException {
        if (Thread.currentThread().isInterrupted()) {
            throw new ClosedByInterruptException();
        }
        if (!level.entries.hasNext()) {
            levels.pop().stream.close();
            return;
        }
        Path name = level.entries.next().getFileName();
        Path path = level.path == null ? name : level.path.resolve(name);
        BasicFileAttributes attributes;
        try {
            attributes = level.attributes(name);
        } catch (NoSuchFileException e) {
            return;
        }
        Facts facts = facts(path, attributes);
        Level below = null;
        Kind kind = kind(attributes, facts, path);
        if (kind == Kind.DIRECTORY) {
            below = open(level, path);
            kind = below == null ? Kind.OTHER : kind;
        }
        visitor.entry(
                new WorkspaceEntry(
                        text(path),
                        kind,
                        attributes.size(),
                        attributes.size(),
                        facts.links,
                        attributes.lastModifiedTime().toInstant()),
                content(level, name, kind == Kind.REGULAR ? attributes : null));
        if (below != null) {
            levels.push(below);
        }
    }

    private Kind kind(BasicFileAttributes attributes, Facts facts, Path path) {
        if (attributes.isSymbolicLink()) {
            return Kind.SYMLINK;
        }
        if (facts.device != device || !isText(path)) {
            return Kind.OTHER;
        }
        if (attributes.isDirectory()) {
            return levels.size() < DEEPEST ? Kind.DIRECTORY : Kind.OTHER;
        }
        return attributes.isRegularFile() ? Kind.REGULAR : Kind.OTHER;
    }

    /** Null if it may not be read, or is no directory any more. */
    private static @Nullable Level open(Level parent, Path path) throws IOException {
        try {
            return new Level(path, parent.stream.newDirectoryStream(path.getFileName(), NO_LINKS));
        } catch (AccessDeniedException | NoSuchFileException | NotDirectoryException e) {
            return null;
        }
    }

    /**
     * What cannot be asked relative to an open directory. There are none of a path too long to ask,
     * or if the path leads to another file than the open directory has under that name.
     */
    private Facts facts(Path path, BasicFileAttributes attributes) {
        try {
            Map<String, Object> facts =
                    Files.readAttributes(root.resolve(path), "unix:dev,nlink,fileKey", NO_LINKS);
            if (!Objects.equals(facts.get("fileKey"), attributes.fileKey())) {
                return Facts.UNKNOWN;
            }
            return new Facts(
                    (Long) Objects.requireNonNull(facts.get("dev")),
                    (Integer) Objects.requireNonNull(facts.get("nlink")));
        } catch (IOException e) {
            return Facts.UNKNOWN;
        }
    }

    private static EntryContent content(
            Level level, Path name, @Nullable BasicFileAttributes shown) {
        if (shown == null) {
            return () -> {
                throw new FileSystemException(name.toString(), null, "not a regular file");
            };
        }
        return new FileContent(level, name, shown);
    }

    /** Whether a name survives being text; two names that do not could look like one. */
    private static boolean isText(Path name) {
        try {
            return name.getFileSystem().getPath(name.toString()).equals(name);
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private static String text(Path path) {
        return path.toString();
    }

    private static SecureDirectoryStream<Path> secure(DirectoryStream<Path> stream)
            throws AccessDeniedException {
        if (stream instanceof SecureDirectoryStream<Path> secure) {
            return secure;
        }
        throw new AccessDeniedException("this platform cannot read a workspace safely");
    }

    /** A regular file as it was shown. */
    private record FileContent(Level level, Path name, BasicFileAttributes shown)
            implements EntryContent {
        @Override
        public ReadableByteChannel open() throws IOException {
            requireSame(level.attributes(name));
            ReadableByteChannel channel =
                    level.stream.newByteChannel(name, Set.of(StandardOpenOption.READ, NO_LINKS));
            try {
                requireSame(level.attributes(name));
                return channel;
            } catch (IOException e) {
                channel.close();
                throw e;
            }
        }

        @Override
        public boolean moveTo(SecureDirectoryStream<Path> folder, Path newName) throws IOException {
            requireSame(level.attributes(name));
            try {
                level.stream.move(name, folder, newName);
            } catch (AtomicMoveNotSupportedException e) {
                return false;
            }
            try {
                requireSame(attributes(folder, newName));
            } catch (IOException e) {
                putBack(folder, newName, e);
                throw e;
            }
            return true;
        }

        /** What was moved instead may be a whole tree; it is not for others to deal with. */
        private void putBack(
                SecureDirectoryStream<Path> folder, Path newName, IOException exchange) {
            try {
                folder.move(newName, level.stream, name);
            } catch (IOException e) {
                exchange.addSuppressed(e);
            }
        }

        private void requireSame(BasicFileAttributes now) throws IOException {
            if (!now.isRegularFile() || !Objects.equals(now.fileKey(), shown.fileKey())) {
                throw new FileSystemException(name.toString(), null, "it was exchanged");
            }
        }
    }

    private static BasicFileAttributes attributes(SecureDirectoryStream<Path> folder, Path name)
            throws IOException {
        return folder.getFileAttributeView(name, BasicFileAttributeView.class, NO_LINKS)
                .readAttributes();
    }

    private record Facts(long device, int links) {
        static final Facts UNKNOWN = new Facts(-1, 1);
    }

    /** An open directory; {@code path} is null for the top. */
    private static final class Level {
        private final @Nullable Path path;
        private final SecureDirectoryStream<Path> stream;
        private final Iterator<Path> entries;

        Level(@Nullable Path path, SecureDirectoryStream<Path> stream) {
            this.path = path;
            this.stream = stream;
            this.entries = stream.iterator();
        }

        BasicFileAttributes attributes(Path name) throws IOException {
            return TreeVisit.attributes(stream, name);
        }
    }
}

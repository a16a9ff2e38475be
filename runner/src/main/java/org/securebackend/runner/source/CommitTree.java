package org.securebackend.runner.source;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevTree;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.securebackend.runner.job.CommitId;
import org.securebackend.runner.source.SourceSettings.Limits;

/**
 * The files of one commit on disk. Submodules are left out. Whatever is read is read as it is
 * stored: no line ends are changed, no filters run.
 */
final class CommitTree {
    /** From this size on, content is streamed and never held as a whole. */
    private static final int STREAMED_BYTES = 1 << 20;

    private static final int LONGEST_LINK_BYTES = 4_095;

    private final Limits limits;

    CommitTree(Limits limits) {
        this.limits = limits;
    }

    /** The local copy is damaged; the one it was made from may be fine. */
    static final class DamagedException extends IOException {
        private static final long serialVersionUID = 1L;

        DamagedException(Throwable cause) {
            super("local copy of a repository is damaged", cause);
        }
    }

    private enum Kind {
        DIRECTORY,
        PLAIN,
        PROGRAM,
        LINK
    }

    private record Entry(String path, Kind kind, ObjectId id) {}

    /** A regular file's content, or empty if there is none. */
    Optional<byte[]> file(Repository local, CommitId commit, String path) throws IOException {
        String checked = TreePath.checked(path.getBytes(StandardCharsets.UTF_8));
        try (ObjectReader reader = reader(local);
                TreeWalk walk = TreeWalk.forPath(reader, checked, tree(local, commit))) {
            return walk == null || !isRegular(walk.getFileMode())
                    ? Optional.empty()
                    : Optional.of(bounded(open(reader, walk.getObjectId(0)), path));
        } catch (IOException e) {
            throw new DamagedException(e);
        }
    }

    private static boolean isRegular(FileMode mode) {
        return mode.equals(FileMode.REGULAR_FILE) || mode.equals(FileMode.EXECUTABLE_FILE);
    }

    private byte[] bounded(ObjectLoader content, String path) throws IOException {
        if (content.getSize() > limits.fileBytes()) {
            throw new SourceRefusedException(
                    "GitError",
                    "%s is larger than %d bytes".formatted(path, limits.fileBytes()),
                    null);
        }
        return content.getBytes(Math.toIntExact(limits.fileBytes()));
    }

    /**
     * Shows the whole tree, after all of it was checked: directories before what is in them, links
     * last.
     *
     * @throws DamagedException if the local copy cannot be read
     * @throws IOException of the sink
     */
    void export(Repository local, CommitId commit, TreeSink sink) throws IOException {
        try (ObjectReader reader = reader(local)) {
            List<Entry> entries = checkedEntries(reader, tree(local, commit));
            for (Entry entry : entries) {
                switch (entry.kind()) {
                    case DIRECTORY -> sink.directory(entry.path());
                    case PLAIN, PROGRAM -> show(reader, entry, sink);
                    case LINK -> {}
                }
            }
            for (Entry entry : entries) {
                if (entry.kind() == Kind.LINK) {
                    sink.link(entry.path(), target(reader, entry));
                }
            }
        }
    }

    private static void show(ObjectReader reader, Entry entry, TreeSink sink) throws IOException {
        try (ReadableByteChannel content = new Content(open(reader, entry.id()))) {
            sink.file(entry.path(), content, entry.kind() == Kind.PROGRAM);
        }
    }

    private static String target(ObjectReader reader, Entry entry) throws IOException {
        ObjectLoader content = open(reader, entry.id());
        if (content.getSize() == 0 || content.getSize() > LONGEST_LINK_BYTES) {
            throw badLink(entry);
        }
        try {
            byte[] raw = content.getBytes(LONGEST_LINK_BYTES);
            String target =
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(raw)).toString();
            if (target.codePoints().anyMatch(Character::isISOControl)) {
                throw badLink(entry);
            }
            return target;
        } catch (CharacterCodingException e) {
            throw badLink(entry);
        } catch (IOException e) {
            throw new DamagedException(e);
        }
    }

    private static SourceRefusedException badLink(Entry entry) {
        return new SourceRefusedException(
                "GitError",
                "The commit holds a link without a proper target: " + entry.path(),
                null);
    }

    private List<Entry> checkedEntries(ObjectReader reader, RevTree tree) throws DamagedException {
        var entries = new ArrayList<Entry>();
        var paths = new HashSet<String>();
        long bytes = 0;
        try (TreeWalk walk = new TreeWalk(reader)) {
            walk.addTree(tree);
            while (walk.next()) {
                Optional<Kind> kind = kind(walk.getFileMode());
                if (kind.isEmpty()) {
                    continue;
                }
                var entry =
                        new Entry(
                                TreePath.checked(walk.getRawPath()),
                                kind.get(),
                                walk.getObjectId(0));
                if (!paths.add(entry.path())) {
                    throw refused("the same name twice: " + entry.path());
                }
                entries.add(entry);
                if (entry.kind() == Kind.DIRECTORY) {
                    walk.enterSubtree();
                } else {
                    bytes += reader.getObjectSize(entry.id(), Constants.OBJ_BLOB);
                }
                requireWithinLimits(entries.size(), bytes);
            }
        } catch (IOException e) {
            throw new DamagedException(e);
        }
        return entries;
    }

    private void requireWithinLimits(int count, long bytes) {
        if (count > limits.treeEntries()) {
            throw refused("more than %d files and folders".formatted(limits.treeEntries()));
        }
        if (bytes > limits.treeBytes()) {
            throw refused("more than %d bytes".formatted(limits.treeBytes()));
        }
    }

    private static SourceRefusedException refused(String what) {
        return new SourceRefusedException("GitError", "The commit holds " + what, null);
    }

    /** What a mode stands for; empty for submodules and for what git does not know. */
    private static Optional<Kind> kind(FileMode mode) {
        if (mode.equals(FileMode.TREE)) {
            return Optional.of(Kind.DIRECTORY);
        }
        if (mode.equals(FileMode.EXECUTABLE_FILE)) {
            return Optional.of(Kind.PROGRAM);
        }
        if (mode.equals(FileMode.REGULAR_FILE)) {
            return Optional.of(Kind.PLAIN);
        }
        return mode.equals(FileMode.SYMLINK) ? Optional.of(Kind.LINK) : Optional.empty();
    }

    private static ObjectReader reader(Repository local) {
        ObjectReader reader = local.newObjectReader();
        reader.setStreamFileThreshold(STREAMED_BYTES);
        return reader;
    }

    private static RevTree tree(Repository local, CommitId commit) throws DamagedException {
        try (RevWalk walk = new RevWalk(local)) {
            return walk.parseCommit(ObjectId.fromString(commit.value())).getTree();
        } catch (IOException e) {
            throw new DamagedException(e);
        }
    }

    private static ObjectLoader open(ObjectReader reader, ObjectId id) throws DamagedException {
        try {
            return reader.open(id, Constants.OBJ_BLOB);
        } catch (IOException e) {
            throw new DamagedException(e);
        }
    }

    /** A file's bytes; tells damage here from trouble of whoever reads them. */
    private static final class Content implements ReadableByteChannel {
        private final ReadableByteChannel stream;

        Content(ObjectLoader content) throws DamagedException {
            try {
                stream = Channels.newChannel(content.openStream());
            } catch (IOException e) {
                throw new DamagedException(e);
            }
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            try {
                return stream.read(target);
            } catch (ClosedChannelException e) {
                throw e;
            } catch (IOException e) {
                throw new DamagedException(e);
            }
        }

        @Override
        public boolean isOpen() {
            return stream.isOpen();
        }

        @Override
        public void close() throws IOException {
            stream.close();
        }
    }
}

package org.securebackend.runner.executor;

import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.FileSystemException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.securebackend.runner.executor.WorkspaceEntry.Kind;

/** A workspace in memory; a test can also put in what only a hostile program would. */
public final class ScriptedWorkspace implements JobWorkspace {
    private final InstantSource clock;
    private @Nullable Map<String, Node> nodes;

    ScriptedWorkspace(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public synchronized WorkspaceWriter rewrite() {
        nodes = new TreeMap<>();
        return new Writer();
    }

    @Override
    public void visit(EntryVisitor visitor) throws IOException {
        for (Map.Entry<String, Node> found : List.copyOf(present().entrySet())) {
            Node node = found.getValue();
            visitor.entry(
                    new WorkspaceEntry(
                            found.getKey(),
                            node.kind,
                            node.content.length,
                            node.content.length,
                            1,
                            node.modifiedAt),
                    () -> open(found.getKey(), node));
        }
    }

    private static ReadableByteChannel open(String path, Node node) throws IOException {
        if (node.kind != Kind.REGULAR) {
            throw new FileSystemException(path, null, "not a regular file");
        }
        return Channels.newChannel(new ByteArrayInputStream(node.content));
    }

    /** As a program would leave it; parents are made. */
    public synchronized void leave(String path, Kind kind, byte[] content) {
        try {
            new Writer().parents(path);
            present().put(path, new Node(kind, content.clone(), clock.instant()));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    synchronized boolean exists() {
        return nodes != null;
    }

    synchronized void remove() {
        nodes = null;
    }

    private synchronized Map<String, Node> present() throws FileNotFoundException {
        if (nodes == null) {
            throw new FileNotFoundException("no workspace");
        }
        return nodes;
    }

    private static final class Node {
        private final Kind kind;
        private final byte[] content;
        private final Instant modifiedAt;

        Node(Kind kind, byte[] content, Instant modifiedAt) {
            this.kind = kind;
            this.content = content;
            this.modifiedAt = modifiedAt;
        }
    }

    private final class Writer implements WorkspaceWriter {
        @Override
        public void directory(String path) throws IOException {
            parents(check(path));
            Node there = present().get(path);
            if (there != null && there.kind != Kind.DIRECTORY) {
                throw new FileSystemException(path, null, "not a directory");
            }
            put(path, Kind.DIRECTORY, new byte[0]);
        }

        @Override
        public void file(String path, ReadableByteChannel content, FileKind kind)
                throws IOException {
            replaceable(path);
            put(path, Kind.REGULAR, Channels.newInputStream(content).readAllBytes());
        }

        @Override
        public void link(String path, String target) throws IOException {
            replaceable(path);
            put(path, Kind.SYMLINK, new byte[0]);
        }

        private void replaceable(String path) throws IOException {
            parents(check(path));
            Node there = present().get(path);
            if (there != null && there.kind == Kind.DIRECTORY) {
                throw new FileSystemException(path, null, "a directory");
            }
        }

        private void parents(String path) throws IOException {
            int end = path.lastIndexOf('/');
            if (end > 0) {
                directory(path.substring(0, end));
            }
        }

        private void put(String path, Kind kind, byte[] content) throws IOException {
            present().put(path, new Node(kind, content, clock.instant()));
        }

        private static String check(String path) throws IOException {
            for (String part : path.split("/", -1)) {
                if (part.isEmpty()
                        || part.equals(".")
                        || part.equals("..")
                        || part.indexOf('\0') >= 0) {
                    throw new FileSystemException(path, null, "not a path within a workspace");
                }
            }
            return path;
        }

        @Override
        public void close() {}
    }
}

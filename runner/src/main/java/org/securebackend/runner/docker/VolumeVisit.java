package org.securebackend.runner.docker;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.FileSystemException;
import org.jspecify.annotations.Nullable;
import org.securebackend.runner.docker.TarEntry.Spelling;
import org.securebackend.runner.executor.EntryContent;
import org.securebackend.runner.executor.JobWorkspace.EntryVisitor;
import org.securebackend.runner.executor.WorkspaceEntry;
import org.securebackend.runner.executor.WorkspaceEntry.Kind;
import org.securebackend.runner.executor.WorkspaceUnfitException;

/**
 * Looks at a volume that a hostile program left, as the engine archives it. The engine tells only
 * of the second name of a file that it is a hard link; so the archive is read twice: for such names
 * and for how much it is, and then to be shown. Shows and leaves out what {@link TreeVisit} does.
 */
final class VolumeVisit {
    private static final int SEVERAL_LINKS = 2;

    /** Where archives of the volume come from. */
    interface Source {
        /** Of all of it; the first entry is the top directory. */
        InputStream everything();

        /** Of one file, while that of all is being read. One at a time. */
        InputStream file(String path);
    }

    private final Source source;
    private final long mostBytes;
    private final LinkedNames linked = new LinkedNames();
    private String top = "";
    private long total;

    VolumeVisit(Source source, long mostBytes) {
        this.source = source;
        this.mostBytes = mostBytes;
    }

    void show(EntryVisitor visitor) throws IOException {
        findLinks();
        readAll((archive, path, entry) -> {
            if (depth(path) > TreeVisit.DEEPEST) {
                return;
            }
            if (entry.type() == TarEntry.HARD_LINK && !linked.mayHold(path)) {
                throw new IOException("the volume changed while it was looked at");
            }
            var content = new Content(archive, path, entry);
            try {
                visitor.entry(describe(path, entry), content);
            } finally {
                content.finish();
            }
        });
    }

    private void findLinks() throws IOException {
        readAll((_, path, entry) -> {
            // Subtracted, since a sum of sizes may be too large for a number.
            if (entry.bytes() > mostBytes - total) {
                throw new WorkspaceUnfitException(
                        "The job's files together are larger than %d bytes (holes in them included), which is more than this backend looks through; remove large temporary files at the end of the action"
                                .formatted(mostBytes));
            }
            total += entry.bytes();
            if (entry.type() == TarEntry.HARD_LINK) {
                linked.add(path);
                linked.add(inside(entry.target().text()));
            }
        });
    }

    private interface EntryReader {
        void read(TarReader archive, String path, TarEntry entry) throws IOException;
    }

    private void readAll(EntryReader reader) throws IOException {
        try (InputStream stream = source.everything()) {
            var archive = new TarReader(stream);
            TarEntry first = archive.next();
            if (first == null || first.type() != TarEntry.DIRECTORY) {
                throw new IOException("the engine's archive of the workspace has no top");
            }
            top = withoutSlash(first.name().text()) + "/";
            for (TarEntry entry = archive.next(); entry != null; entry = archive.next()) {
                reader.read(archive, inside(entry.name().text()), entry);
            }
        }
    }

    private static String withoutSlash(String name) {
        return name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
    }

    /** The path below the top. An archive that has anything else in it is not looked at. */
    private String inside(String name) throws IOException {
        if (name.startsWith(top)) {
            String path = withoutSlash(name.substring(top.length()));
            if (isPath(path)) {
                return path;
            }
        }
        throw new IOException("the engine's archive of the workspace holds something outside it");
    }

    private static boolean isPath(String text) {
        for (String part : text.split("/", -1)) {
            if (part.isEmpty() || part.equals(".") || part.equals("..")) {
                return false;
            }
        }
        return text.indexOf('\0') < 0;
    }

    private static int depth(String path) {
        return 1 + (int) path.chars().filter(c -> c == '/').count();
    }

    private WorkspaceEntry describe(String path, TarEntry entry) {
        boolean several = entry.type() == TarEntry.HARD_LINK || linked.mayHold(path);
        return new WorkspaceEntry(
                path,
                kind(path, entry),
                entry.bytes(),
                entry.bytes(),
                several ? SEVERAL_LINKS : 1,
                entry.modifiedAt());
    }

    private static Kind kind(String path, TarEntry entry) {
        if (entry.type() == TarEntry.SYMBOLIC_LINK) {
            return Kind.SYMLINK;
        }
        if (entry.name().spelling() == Spelling.GARBLED) {
            return Kind.OTHER;
        }
        return switch (entry.type()) {
            case TarEntry.FILE, TarEntry.OLD_FILE, TarEntry.HARD_LINK -> Kind.REGULAR;
            case TarEntry.DIRECTORY ->
                    depth(path) < TreeVisit.DEEPEST ? Kind.DIRECTORY : Kind.OTHER;
            default -> Kind.OTHER;
        };
    }

    /** The bytes of the entry that is shown; asked again for them, asks the engine again. */
    private final class Content implements EntryContent {
        private final TarReader archive;
        private final String path;
        private final TarEntry entry;
        private boolean opened;
        private boolean over;
        private @Nullable InputStream again;

        Content(TarReader archive, String path, TarEntry entry) {
            this.archive = archive;
            this.path = path;
            this.entry = entry;
        }

        @Override
        public ReadableByteChannel open() throws IOException {
            if (over) {
                throw new ClosedChannelException();
            }
            if (kind(path, entry) != Kind.REGULAR || entry.type() == TarEntry.HARD_LINK) {
                throw new FileSystemException(path, null, "not a file with one name");
            }
            if (opened) {
                return openAgain();
            }
            opened = true;
            return new Bytes(archive);
        }

        private ReadableByteChannel openAgain() throws IOException {
            closeAgain();
            InputStream stream = source.file(path);
            again = stream;
            var archive = new TarReader(stream);
            TarEntry same = archive.next();
            if (same == null
                    || same.type() != entry.type()
                    || same.bytes() != entry.bytes()
                    || !same.modifiedAt().equals(entry.modifiedAt())
                    || !path.endsWith(same.name().text())) {
                throw new FileSystemException(path, null, "it was exchanged");
            }
            return new Bytes(archive);
        }

        private void finish() throws IOException {
            over = true;
            closeAgain();
        }

        private void closeAgain() throws IOException {
            if (again != null) {
                again.close();
            }
        }

        private final class Bytes implements ReadableByteChannel {
            private final TarReader from;
            private byte[] window = {};
            private boolean open = true;

            Bytes(TarReader from) {
                this.from = from;
            }

            @Override
            public int read(ByteBuffer target) throws IOException {
                if (!open || over) {
                    throw new ClosedChannelException();
                }
                if (!target.hasRemaining()) {
                    return 0;
                }
                if (window.length < target.remaining()) {
                    window = new byte[target.remaining()];
                }
                int count = from.read(window, 0, target.remaining());
                if (count > 0) {
                    target.put(window, 0, count);
                }
                return count;
            }

            @Override
            public boolean isOpen() {
                return open;
            }

            @Override
            public void close() {
                open = false;
            }
        }
    }
}

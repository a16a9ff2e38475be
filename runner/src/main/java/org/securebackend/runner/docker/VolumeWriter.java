package org.securebackend.runner.docker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.securebackend.runner.docker.TarOutput.Header;
import org.securebackend.runner.executor.WorkspaceWriter;

/**
 * Fills a volume that was just made by one archive, which the engine unpacks while it is written.
 * The engine would make missing parents for root, follow links in them, and replace directories by
 * files; so every name in the archive was checked here before.
 */
final class VolumeWriter implements WorkspaceWriter {
    private static final int BUFFER_BYTES = 128 * 1024;
    private static final int LONGEST_NAME_BYTES = 255;
    private static final int LONGEST_PATH_BYTES = 4000;
    private static final int ROOT_MODE = 0700;
    private static final int PLAIN_MODE = 0644;
    private static final int PROGRAM_MODE = 0755;
    private static final int LINK_MODE = 0777;

    private final ArchiveUpload upload;
    private final TarOutput archive;
    private final Path aside;
    private final Map<String, Made> made = new HashMap<>();
    private Condition condition = Condition.SOUND;

    private enum Made {
        DIRECTORY,
        OTHER
    }

    private enum Condition {
        SOUND,
        /** In the middle of an entry. */
        HALF,
        CLOSED
    }

    /**
     * @param aside as in {@link KnownLength}
     */
    VolumeWriter(ArchiveUpload upload, TarOutput archive, Path aside) throws IOException {
        this.upload = upload;
        this.archive = archive;
        this.aside = aside;
        made.put("", Made.DIRECTORY);
        write(new Header(TarEntry.DIRECTORY, Volumes.IN_ARCHIVE, "", 0, ROOT_MODE));
    }

    @Override
    public void directory(String path) throws IOException {
        makeDirectory(checked(path));
    }

    @Override
    public void file(String path, ReadableByteChannel content, FileKind kind) throws IOException {
        makeRoom(path);
        try (KnownLength known = KnownLength.of(content, aside)) {
            int mode = kind == FileKind.EXECUTABLE ? PROGRAM_MODE : PLAIN_MODE;
            condition = Condition.HALF;
            archive.begin(
                    new Header(TarEntry.FILE, Volumes.IN_ARCHIVE + path, "", known.bytes(), mode));
            copy(path, known);
            archive.pad(known.bytes());
            condition = Condition.SOUND;
        }
        made.put(path, Made.OTHER);
    }

    @Override
    public void link(String path, String target) throws IOException {
        makeRoom(path);
        if (target.isEmpty() || target.indexOf('\0') >= 0) {
            throw refused(path, "its target cannot be written");
        }
        requireLength(path, target, LONGEST_PATH_BYTES);
        write(new Header(TarEntry.SYMBOLIC_LINK, Volumes.IN_ARCHIVE + path, target, 0, LINK_MODE));
        made.put(path, Made.OTHER);
    }

    private void write(Header header) throws IOException {
        condition = Condition.HALF;
        archive.begin(header);
        condition = Condition.SOUND;
    }

    private void makeRoom(String path) throws IOException {
        if (made.get(checked(path)) == Made.DIRECTORY) {
            throw refused(path, "there is a directory of that name");
        }
        makeDirectory(parentOf(path));
    }

    private void makeDirectory(String path) throws IOException {
        Made there = made.get(path);
        if (there == Made.DIRECTORY) {
            return;
        }
        if (there == Made.OTHER) {
            throw refused(path, "it is in the way and not a directory");
        }
        makeDirectory(parentOf(path));
        write(new Header(TarEntry.DIRECTORY, Volumes.IN_ARCHIVE + path + "/", "", 0, PROGRAM_MODE));
        made.put(path, Made.DIRECTORY);
    }

    private static String parentOf(String path) {
        return path.substring(0, Math.max(0, path.lastIndexOf('/')));
    }

    private String checked(String path) throws IOException {
        switch (condition) {
            case SOUND -> {}
            case HALF, CLOSED -> throw refused(path, "the workspace takes no more");
        }
        for (String part : path.split("/", -1)) {
            if (part.isEmpty() || part.equals(".") || part.equals("..")) {
                throw refused(path, "not a path within a workspace");
            }
            requireLength(path, part, LONGEST_NAME_BYTES);
        }
        if (path.indexOf('\0') >= 0 || !UTF_8.newEncoder().canEncode(path)) {
            throw refused(path, "not a name for a file");
        }
        requireLength(path, path, LONGEST_PATH_BYTES);
        return path;
    }

    /** What the engine's file system would refuse would spoil the whole archive. */
    private static void requireLength(String path, String text, int mostBytes) throws IOException {
        if (text.getBytes(UTF_8).length > mostBytes) {
            throw refused(path, "File name too long");
        }
    }

    private void copy(String path, KnownLength known) throws IOException {
        byte[] bytes = new byte[Math.clamp(known.bytes() + 1, 1, BUFFER_BYTES)];
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        long copied = 0;
        while (known.content().read(buffer) >= 0) {
            copied += buffer.position();
            if (copied > known.bytes()) {
                break;
            }
            upload.write(bytes, 0, buffer.position());
            buffer.clear();
        }
        if (copied != known.bytes()) {
            throw refused(path, "it changed while it was copied");
        }
    }

    /**
     * @throws IOException also if a file broke off before: the workspace is not complete
     */
    @Override
    public void close() throws IOException {
        Condition before = condition;
        condition = Condition.CLOSED;
        switch (before) {
            case SOUND -> {
                archive.end();
                upload.complete();
            }
            case HALF -> {
                upload.breakOff();
                throw new IOException("the workspace is not complete");
            }
            case CLOSED -> {}
        }
    }

    private static FileSystemException refused(String path, String reason) {
        return new FileSystemException(path, null, reason);
    }
}

package org.securebackend.runner.docker;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.securebackend.runner.executor.SizedContent;

/**
 * Content with its length. What does not tell its length is read to its end first: into memory if
 * it is short, else into a file that nobody else can open and that is gone when this is closed.
 */
final class KnownLength implements AutoCloseable {
    private static final int SHORT_BYTES = 1 << 20;

    private final long bytes;
    private final ReadableByteChannel content;
    private final AutoCloseableFile kept;

    private interface AutoCloseableFile {
        void close() throws IOException;
    }

    private KnownLength(long bytes, ReadableByteChannel content, AutoCloseableFile kept) {
        this.bytes = bytes;
        this.content = content;
        this.kept = kept;
    }

    /**
     * @param aside where a file may be kept meanwhile
     */
    static KnownLength of(ReadableByteChannel content, Path aside) throws IOException {
        return switch (content) {
            case SizedContent sized -> new KnownLength(sized.remainingBytes(), sized, () -> {});
            case FileChannel file -> new KnownLength(file.size() - file.position(), file, () -> {});
            default -> read(content, aside);
        };
    }

    private static KnownLength read(ReadableByteChannel content, Path aside) throws IOException {
        byte[] head = Channels.newInputStream(content).readNBytes(SHORT_BYTES);
        if (head.length < SHORT_BYTES) {
            var bytes = Channels.newChannel(new ByteArrayInputStream(head));
            return new KnownLength(head.length, bytes, () -> {});
        }
        return keep(head, content, aside);
    }

    private static KnownLength keep(byte[] head, ReadableByteChannel content, Path aside)
            throws IOException {
        FileChannel file = nameless(aside);
        try {
            ByteBuffer buffer = ByteBuffer.wrap(head);
            write(buffer, file);
            while (content.read(buffer.clear()) >= 0) {
                write(buffer.flip(), file);
            }
            return new KnownLength(file.size(), file.position(0), file::close);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static void write(ByteBuffer buffer, FileChannel file) throws IOException {
        while (buffer.hasRemaining()) {
            file.write(buffer);
        }
    }

    /** A file that has no name any more, so that no crash leaves it. */
    private static FileChannel nameless(Path path) throws IOException {
        Files.deleteIfExists(path);
        FileChannel file =
                FileChannel.open(
                        path,
                        Set.of(
                                StandardOpenOption.READ,
                                StandardOpenOption.WRITE,
                                StandardOpenOption.CREATE_NEW),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")));
        Files.delete(path);
        return file;
    }

    long bytes() {
        return bytes;
    }

    ReadableByteChannel content() {
        return content;
    }

    /** Closes what this made, not what it was given. */
    @Override
    public void close() throws IOException {
        kept.close();
    }
}

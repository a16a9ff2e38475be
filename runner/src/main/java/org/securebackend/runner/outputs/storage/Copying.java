package org.securebackend.runner.outputs.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** Copies bytes and hashes them on the way, so that the hash is of what was written. */
public final class Copying {
    private static final int BUFFER_BYTES = 256 * 1024;
    private static final int SMALLEST_BUFFER_BYTES = 4 * 1024;
    private static final byte[] ZEROS = new byte[BUFFER_BYTES];

    private Copying() {}

    /**
     * What was copied.
     *
     * @param sha256 64 lower-case hex digits
     */
    public record Copied(long bytes, String sha256) {}

    /** What to do with long runs of zeros, which may be holes in the original. */
    public enum Holes {
        WRITE,
        KEEP
    }

    /**
     * Copies until the end, or until it has seen more than {@code mostBytes}: then the answer says
     * more than that, and the copy is not whole.
     */
    public static Copied copy(ReadableByteChannel from, FileChannel to, long mostBytes, Holes holes)
            throws IOException {
        MessageDigest digest = sha256();
        int capacity = capacity(mostBytes);
        byte[] window = new byte[capacity];
        // Memory outside the heap is dear to get, so it is only for those who need it long.
        ByteBuffer buffer =
                capacity < BUFFER_BYTES
                        ? ByteBuffer.wrap(window)
                        : ByteBuffer.allocateDirect(capacity);
        long total = 0;
        while (total <= mostBytes && from.read(buffer.clear()) >= 0) {
            buffer.flip();
            int length = buffer.remaining();
            if (buffer.isDirect()) {
                buffer.get(0, window, 0, length);
            }
            digest.update(window, 0, length);
            if (holes == Holes.KEEP && isZero(window, length)) {
                to.position(to.position() + length);
            } else {
                writeFully(to, buffer);
            }
            total += length;
        }
        if (to.size() < to.position()) {
            endWithHole(to);
        }
        return new Copied(total, HexFormat.of().formatHex(digest.digest()));
    }

    private static int capacity(long mostBytes) {
        return Math.clamp(mostBytes + 1, SMALLEST_BUFFER_BYTES, BUFFER_BYTES);
    }

    private static boolean isZero(byte[] window, int length) {
        return length == BUFFER_BYTES && Arrays.equals(window, ZEROS);
    }

    private static void endWithHole(FileChannel file) throws IOException {
        file.write(ByteBuffer.allocate(1), file.position() - 1);
    }

    /**
     * The hash of all that is left in {@code from}, or of nothing sensible once that was more than
     * {@code mostBytes}.
     */
    public static String hash(ReadableByteChannel from, long mostBytes) throws IOException {
        return read(from, mostBytes).sha256();
    }

    /** The same, and how many bytes it was; more than {@code mostBytes} if it is not whole. */
    static Copied read(ReadableByteChannel from, long mostBytes) throws IOException {
        MessageDigest digest = sha256();
        ByteBuffer buffer = ByteBuffer.allocate(capacity(mostBytes));
        long total = 0;
        while (total <= mostBytes && from.read(buffer.clear()) >= 0) {
            total += buffer.position();
            digest.update(buffer.flip());
        }
        return new Copied(total, HexFormat.of().formatHex(digest.digest()));
    }

    /** Writes all of it. */
    public static void writeFully(WritableByteChannel to, byte[] bytes) throws IOException {
        writeFully(to, ByteBuffer.wrap(bytes));
    }

    private static void writeFully(WritableByteChannel to, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            to.write(bytes);
        }
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}

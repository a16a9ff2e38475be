package org.securebackend.runner.scheduler;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.securebackend.runner.executor.SizedContent;

/** Reads through to another channel and takes the SHA-256 of what was read. For one thread. */
final class HashedChannel implements SizedContent {
    private final ReadableByteChannel content;
    private final MessageDigest digest;
    private long remainingBytes;

    /**
     * @param bytes how many there are in {@code content}
     */
    HashedChannel(ReadableByteChannel content, long bytes) {
        this.content = content;
        this.remainingBytes = bytes;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        ByteBuffer read = target.duplicate();
        int bytes = content.read(target);
        digest.update(read.limit(target.position()));
        remainingBytes -= Math.max(bytes, 0);
        return bytes;
    }

    @Override
    public long remainingBytes() {
        return remainingBytes;
    }

    /** Of all that was read, 64 lower-case hex digits; ends the taking. */
    String sha256() {
        return HexFormat.of().formatHex(digest.digest());
    }

    @Override
    public boolean isOpen() {
        return content.isOpen();
    }

    @Override
    public void close() throws IOException {
        content.close();
    }
}

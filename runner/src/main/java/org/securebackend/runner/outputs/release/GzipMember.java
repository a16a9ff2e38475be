package org.securebackend.runner.outputs.release;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/**
 * Unpacks a gzip file that is one member and nothing else: no comment, no extra fields, no second
 * member, nothing behind its end, and no more bytes than allowed (RFC 1952).
 */
final class GzipMember extends InputStream {
    private static final int MAGIC = 0x1f8b;
    private static final int DEFLATE = 8;
    private static final int HAS_NAME = 8;
    private static final int LONGEST_NAME = 255;
    private static final int BUFFER_BYTES = 16 * 1024;

    private final InputStream packed;
    private final Inflater inflater = new Inflater(true);
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final CRC32 sum = new CRC32();
    private final long most;
    private int filled;
    private int trailerStart;
    private boolean finished;

    GzipMember(InputStream packed, long most) throws IOException {
        this.packed = packed;
        this.most = most;
        header();
    }

    private void header() throws IOException {
        if (((next() << 8) | next()) != MAGIC || next() != DEFLATE) {
            throw new ZipException("not a gzip file");
        }
        int flags = next();
        if ((flags & ~HAS_NAME) != 0) {
            throw new ZipException("a gzip header with more in it than a name");
        }
        for (int i = 0; i < 6; i++) {
            next();
        }
        if (flags == HAS_NAME) {
            int length = 0;
            while (next() != 0) {
                if (++length > LONGEST_NAME) {
                    throw new ZipException("the name in a gzip header is too long");
                }
            }
        }
    }

    private int next() throws IOException {
        int value = packed.read();
        if (value < 0) {
            throw new EOFException("a gzip file ends too early");
        }
        return value;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (finished) {
            return -1;
        }
        int count = inflate(into, offset, length);
        if (count == 0) {
            finished = true;
            trailer();
            return -1;
        }
        sum.update(into, offset, count);
        if (inflater.getBytesWritten() > most) {
            throw new ZipException("unpacked, it is larger than a file may be");
        }
        return count;
    }

    /** No bytes: the end. */
    private int inflate(byte[] into, int offset, int length) throws IOException {
        try {
            while (true) {
                int count = inflater.inflate(into, offset, length);
                if (count > 0 || inflater.finished()) {
                    return count;
                }
                if (inflater.needsDictionary()) {
                    throw new ZipException("a gzip file that needs a dictionary");
                }
                filled = packed.read(buffer);
                if (filled < 0) {
                    throw new EOFException("a gzip file ends too early");
                }
                inflater.setInput(buffer, 0, filled);
            }
        } catch (DataFormatException e) {
            ZipException damaged = new ZipException("a damaged gzip file");
            damaged.initCause(e);
            throw damaged;
        }
    }

    private void trailer() throws IOException {
        trailerStart = filled - inflater.getRemaining();
        long storedSum = number();
        long storedLength = number();
        boolean more = trailerStart < filled || packed.read() >= 0;
        if (storedSum != sum.getValue()
                || storedLength != (inflater.getBytesWritten() & 0xffffffffL)
                || more) {
            throw new ZipException("a gzip file does not end as it must");
        }
    }

    private long number() throws IOException {
        long value = 0;
        for (int i = 0; i < Integer.BYTES; i++) {
            long here = trailerStart < filled ? buffer[trailerStart++] & 0xff : next();
            value |= here << (i * Byte.SIZE);
        }
        return value;
    }

    @Override
    public void close() throws IOException {
        inflater.end();
        packed.close();
    }
}

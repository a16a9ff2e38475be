package org.securebackend.runner.outputs.log;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Passes on the start and the end of what is written and marks the cut between them. The end comes
 * with {@link #finish} or closing.
 */
public final class HeadAndTailStream extends FilterOutputStream {
    private static final int FIRST_TAIL_BYTES = 8 * 1024;

    private final long headBytes;
    private final int tailBytes;
    private byte[] tail = new byte[0];
    private long written;

    public HeadAndTailStream(OutputStream out, LogLimits limits) {
        super(out);
        this.headBytes = limits.headBytes();
        this.tailBytes = limits.tailBytes();
    }

    @Override
    public void write(int octet) throws IOException {
        write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int head = Math.clamp(headBytes - written, 0, length);
        out.write(bytes, offset, head);
        written += head;
        keep(bytes, offset + head, length - head);
    }

    /** The tail is a ring that grows until it is full. */
    private void keep(byte[] bytes, int offset, int length) {
        int skipped = Math.max(0, length - tailBytes);
        written += skipped;
        int from = offset + skipped;
        int left = length - skipped;
        grow(Math.min(tailBytes, written - headBytes + left));
        while (left > 0) {
            int at = (int) ((written - headBytes) % tailBytes);
            int count = Math.min(left, tail.length - at);
            System.arraycopy(bytes, from, tail, at, count);
            written += count;
            from += count;
            left -= count;
        }
    }

    private void grow(long needed) {
        if (needed > tail.length) {
            long size = Math.max(needed, Math.max(FIRST_TAIL_BYTES, 2L * tail.length));
            tail = Arrays.copyOf(tail, (int) Math.min(tailBytes, size));
        }
    }

    /** Writes the tail; nothing may be written afterwards. */
    public void finish() throws IOException {
        long behindHead = Math.max(0, written - headBytes);
        if (behindHead <= tailBytes) {
            out.write(tail, 0, (int) behindHead);
        } else {
            out.write(
                    "\n[... %d bytes of the log left out ...]\n"
                            .formatted(behindHead - tailBytes)
                            .getBytes(StandardCharsets.UTF_8));
            int oldest = (int) (behindHead % tailBytes);
            out.write(tail, oldest, tailBytes - oldest);
            out.write(tail, 0, oldest);
        }
        tail = new byte[0];
        written = 0;
    }

    @Override
    public void close() throws IOException {
        finish();
        super.close();
    }
}

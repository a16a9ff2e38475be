package org.securebackend.runner.outputs.log;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Cuts endless lines, and says how much of each is missing. */
public final class LineCuttingStream extends FilterOutputStream {
    private final int lineBytes;
    private long here;

    public LineCuttingStream(OutputStream out, int lineBytes) {
        super(out);
        this.lineBytes = lineBytes;
    }

    @Override
    public void write(int octet) throws IOException {
        write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int from = offset;
        int end = offset + length;
        while (from < end) {
            int next = from;
            while (next < end && bytes[next] != '\n') {
                next++;
            }
            partOfLine(bytes, from, next - from);
            if (next < end) {
                endLine();
                next++;
            }
            from = next;
        }
    }

    private void partOfLine(byte[] bytes, int offset, int length) throws IOException {
        int kept = Math.clamp(lineBytes - here, 0, length);
        out.write(bytes, offset, kept);
        here += length;
    }

    private void endLine() throws IOException {
        finish();
        out.write('\n');
    }

    /** Ends the line that is open, without a line break. */
    public void finish() throws IOException {
        if (here > lineBytes) {
            out.write(
                    "[... %d bytes of this line left out]"
                            .formatted(here - lineBytes)
                            .getBytes(StandardCharsets.UTF_8));
        }
        here = 0;
    }

    @Override
    public void close() throws IOException {
        finish();
        super.close();
    }
}

package org.securebackend.runner.outputs.log;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Replaces secrets in what is written, also where one comes in several pieces. Holds back as many
 * bytes as the longest secret has; {@link #finish} or closing lets them go.
 */
public final class MaskingStream extends FilterOutputStream {
    /** What stands in the place of a secret. */
    public static final String MASK = "xxxx-REDACTED-xxxx";

    private static final byte[] MASK_BYTES = MASK.getBytes(StandardCharsets.US_ASCII);
    private static final int WINDOW_BYTES = 64 * 1024;

    private final SecretForms secrets;
    private final byte[] window;
    private int filled;

    /** Up to here, what is in the window belongs to a secret whose mask is written already. */
    private int covered;

    private boolean hasMasked;

    public MaskingStream(OutputStream out, Secrets secrets) {
        this(out, secrets.forms());
    }

    MaskingStream(OutputStream out, SecretForms secrets) {
        super(out);
        this.secrets = secrets;
        this.window = new byte[WINDOW_BYTES + this.secrets.longest()];
    }

    @Override
    public void write(int octet) throws IOException {
        write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int from = offset;
        int left = length;
        while (left > 0) {
            int count = Math.min(left, window.length - filled);
            System.arraycopy(bytes, from, window, filled, count);
            filled += count;
            from += count;
            left -= count;
            if (filled == window.length) {
                release(filled - secrets.longest());
            }
        }
    }

    /** Whether there was a secret in what has been passed on so far. */
    boolean hasMasked() {
        return hasMasked;
    }

    /** Lets go what was held back: what follows is another text. */
    public void finish() throws IOException {
        release(filled);
    }

    @Override
    public void close() throws IOException {
        finish();
        super.close();
    }

    /**
     * Passes on everything that begins before {@code end}. Secrets that overlap are covered
     * together, so that no end of one is left.
     */
    private void release(int end) throws IOException {
        int clean = Math.min(covered, end);
        for (int here = 0; here < end; here++) {
            int length = secrets.lengthAt(window, here, filled);
            if (length == 0) {
                continue;
            }
            hasMasked = true;
            if (here >= covered) {
                out.write(window, clean, here - clean);
                out.write(MASK_BYTES);
            }
            covered = Math.max(covered, here + length);
            clean = Math.min(covered, end);
        }
        out.write(window, clean, end - clean);
        System.arraycopy(window, end, window, 0, filled - end);
        filled -= end;
        covered = Math.max(0, covered - end);
    }
}

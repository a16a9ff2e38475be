package org.securebackend.runner.docker;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.ClosedByInterruptException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.function.BooleanSupplier;

/**
 * Hands bytes from one thread to another, a few pieces at a time, so that neither holds all of
 * them. Each side can end it, and then the other does not wait any more.
 */
final class BytePipe {
    private static final int PIECE_BYTES = 128 * 1024;
    private static final int MOST_PIECES = 8;
    private static final byte[] END = {};

    private final Deque<byte[]> pieces = new ArrayDeque<>();
    private State state = State.FLOWING;
    private boolean giverWaits;
    private boolean takerWaits;
    private long moves;

    private enum State {
        FLOWING,
        /** All was given. */
        COMPLETE,
        /** No more will be given, though that was not all. */
        BROKEN,
        /** Nobody takes any more. */
        ABANDONED
    }

    /** Changes with every piece, and for as long as the giver waits until something is taken. */
    synchronized long progressOfGiver() {
        return giverWaits ? ++moves : moves;
    }

    /** Changes with every piece, and for as long as the taker waits until something is given. */
    synchronized long progressOfTaker() {
        return takerWaits ? ++moves : moves;
    }

    /** The end of what is taken is a clean one. */
    synchronized void complete() {
        leave(State.COMPLETE);
    }

    /** What is taken breaks off. */
    synchronized void breakOff() {
        leave(State.BROKEN);
    }

    /** Who gives is told so. */
    synchronized void abandon() {
        if (state == State.FLOWING) {
            pieces.clear();
        }
        leave(State.ABANDONED);
    }

    private synchronized void leave(State end) {
        if (state == State.FLOWING) {
            state = end;
        }
        notifyAll();
    }

    private synchronized void give(byte[] piece) throws IOException {
        giverWaits = true;
        try {
            waitWhile(() -> state == State.FLOWING && pieces.size() >= MOST_PIECES);
        } finally {
            giverWaits = false;
        }
        if (state != State.FLOWING) {
            throw new EOFException("nobody takes what is given");
        }
        moves++;
        pieces.add(piece);
        notifyAll();
    }

    /** An empty piece is the end. */
    private synchronized byte[] take() throws IOException {
        takerWaits = true;
        try {
            waitWhile(() -> state == State.FLOWING && pieces.isEmpty());
        } finally {
            takerWaits = false;
        }
        byte[] piece = pieces.poll();
        if (piece == null) {
            if (state == State.COMPLETE) {
                return END;
            }
            throw new EOFException("what is taken breaks off");
        }
        moves++;
        notifyAll();
        return piece;
    }

    private synchronized void waitWhile(BooleanSupplier nothingToDo)
            throws ClosedByInterruptException {
        try {
            while (nothingToDo.getAsBoolean()) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClosedByInterruptException();
        }
    }

    /** For the thread that gives; closing it hands over what is left, and does not end the pipe. */
    OutputStream giving() {
        return new Giving();
    }

    /** For the thread that takes; closing it does not end the pipe. */
    InputStream taking() {
        return new Taking();
    }

    private final class Giving extends OutputStream {
        private byte[] piece = new byte[PIECE_BYTES];
        private int filled;

        @Override
        public void write(int oneByte) throws IOException {
            write(new byte[] {(byte) oneByte}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            int done = 0;
            while (done < length) {
                int count = Math.min(length - done, piece.length - filled);
                System.arraycopy(bytes, offset + done, piece, filled, count);
                filled += count;
                done += count;
                if (filled == piece.length) {
                    flush();
                }
            }
        }

        @Override
        public void flush() throws IOException {
            if (filled > 0) {
                give(filled == piece.length ? piece : Arrays.copyOf(piece, filled));
                piece = new byte[PIECE_BYTES];
                filled = 0;
            }
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }

    private final class Taking extends InputStream {
        private byte[] piece = END;
        private int read;
        private boolean over;

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (!hasMore()) {
                return -1;
            }
            int count = Math.min(length, piece.length - read);
            System.arraycopy(piece, read, bytes, offset, count);
            read += count;
            return count;
        }

        @Override
        public long skip(long wanted) throws IOException {
            long skipped = 0;
            while (skipped < wanted && hasMore()) {
                int count = (int) Math.min(wanted - skipped, piece.length - read);
                read += count;
                skipped += count;
            }
            return skipped;
        }

        private boolean hasMore() throws IOException {
            if (read == piece.length && !over) {
                piece = take();
                read = 0;
                over = piece.length == 0;
            }
            return !over;
        }
    }
}

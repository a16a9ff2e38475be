package org.securebackend.runner.docker;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Takes the engine's log stream apart: frames of a kind, three zeros, a length and that many bytes.
 * The engine cuts long lines into frames and puts a timestamp before each; here only the first
 * piece of a line keeps it, and a line that another stream interrupts is ended. Uses the same
 * memory for any amount of log.
 */
final class LogFrames {
    private static final int HEADER_BYTES = 8;
    private static final int NONE = -1;
    private static final int LONGEST_TIMESTAMP = 40;

    /** The names of the values, which stream it was, the marks around them. */
    private static final int STORED_AROUND_A_FRAME = 50;

    private final InputStream frames;
    private final OutputStream sink;
    private final byte[] buffer = new byte[16 * 1024];

    /** The stream whose line is not ended yet. */
    private int unfinished = NONE;

    private long storedBytes;

    private LogFrames(InputStream frames, OutputStream sink) {
        this.frames = frames;
        this.sink = sink;
    }

    /**
     * Copies all of it.
     *
     * @return how large the engine's files of it are, at most
     */
    static long copy(InputStream frames, OutputStream sink) throws IOException {
        var log = new LogFrames(frames, sink);
        log.copyAll();
        return log.storedBytes;
    }

    private void copyAll() throws IOException {
        byte[] header = new byte[HEADER_BYTES];
        while (true) {
            int count = frames.readNBytes(header, 0, HEADER_BYTES);
            if (count == 0) {
                break;
            }
            if (count < HEADER_BYTES) {
                throw new EOFException("the log ends within a frame");
            }
            copyFrame(header[0], lengthIn(header));
        }
        endLine();
    }

    private static long lengthIn(byte[] header) {
        return (header[4] & 0xffL) << 24
                | (header[5] & 0xffL) << 16
                | (header[6] & 0xffL) << 8
                | (header[7] & 0xffL);
    }

    private void copyFrame(int stream, long length) throws IOException {
        boolean goesOn = unfinished == stream;
        if (!goesOn) {
            endLine();
        }
        storedBytes += STORED_AROUND_A_FRAME;
        long left = length;
        boolean first = true;
        int last = '\n';
        while (left > 0) {
            int count = frames.readNBytes(buffer, 0, (int) Math.min(buffer.length, left));
            if (count == 0) {
                throw new EOFException("the log ends within a frame");
            }
            count(count);
            int start = first && goesOn ? afterTimestamp(count) : 0;
            sink.write(buffer, start, count - start);
            last = buffer[count - 1];
            left -= count;
            first = false;
        }
        unfinished = last == '\n' ? NONE : stream;
    }

    /**
     * As the engine writes it into JSON, each byte for itself, so rather too much than too little.
     */
    private void count(int bytes) {
        for (int i = 0; i < bytes; i++) {
            storedBytes +=
                    switch (buffer[i]) {
                        case '"', '\\', '\n', '\r', '\t' -> 2;
                        case '<', '>', '&' -> 6;
                        default -> buffer[i] >= ' ' ? 1 : buffer[i] < 0 ? 2 : 6;
                    };
        }
    }

    private int afterTimestamp(int count) {
        for (int i = 0; i < Math.min(count, LONGEST_TIMESTAMP); i++) {
            if (buffer[i] == ' ') {
                return i + 1;
            }
        }
        return 0;
    }

    private void endLine() throws IOException {
        if (unfinished != NONE) {
            sink.write('\n');
            unfinished = NONE;
        }
    }
}

package org.securebackend.runner.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Lets lines of UTF-8 through to a terminal, and shows everything that could move its cursor,
 * change its colours or hide text as {@code \\uXXXX}; what is no UTF-8 becomes the replacement
 * character. A return to the line's beginning starts a new line, so that nothing is written over.
 * Passes on what it has with every write. For one thread.
 */
final class PrintableStream extends OutputStream {
    private static final int CHUNK = 8192;

    /** The longest character that may be cut by the end of a write. */
    private static final int LONGEST = 4;

    private final OutputStream sink;
    private final CharsetDecoder decoder =
            StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPLACE)
                    .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private final ByteBuffer waiting = ByteBuffer.allocate(CHUNK + LONGEST);
    private final CharBuffer characters = CharBuffer.allocate(CHUNK + LONGEST);
    private boolean afterReturn;

    PrintableStream(OutputStream sink) {
        this.sink = sink;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        for (int done = 0; done < length; done += CHUNK) {
            waiting.put(bytes, offset + done, Math.min(CHUNK, length - done));
            waiting.flip();
            decoder.decode(waiting, characters, false);
            waiting.compact();
            pass();
        }
        sink.flush();
    }

    private void pass() throws IOException {
        characters.flip();
        String text = Printable.lines(withoutReturns(characters));
        characters.clear();
        sink.write(text.getBytes(StandardCharsets.UTF_8));
    }

    private String withoutReturns(CharSequence text) {
        var lines = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (afterReturn && character != '\n') {
                lines.append('\n');
            }
            afterReturn = character == '\r';
            if (!afterReturn) {
                lines.append(character);
            }
        }
        return lines.toString();
    }

    @Override
    public void flush() throws IOException {
        sink.flush();
    }

    /** Writes what is left of a character that never ended. The sink stays open. */
    @Override
    public void close() throws IOException {
        waiting.flip();
        decoder.decode(waiting, characters, true);
        waiting.clear();
        pass();
        sink.flush();
    }
}

package org.securebackend.runner.outputs.release;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Reads UTF-8 text and nothing else, without its byte order mark, and counts physical lines: every
 * way to end one that some program knows.
 */
final class TextReader extends Reader {
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final Reader text;
    private boolean atStart = true;
    private boolean afterCarriageReturn;
    private boolean lineOpen;
    private long endedLines;

    TextReader(InputStream bytes) {
        this.text =
                new InputStreamReader(
                        bytes,
                        StandardCharsets.UTF_8
                                .newDecoder()
                                .onMalformedInput(CodingErrorAction.REPORT)
                                .onUnmappableCharacter(CodingErrorAction.REPORT));
    }

    /** The bytes are no UTF-8 text. */
    static final class NotTextException extends IOException {
        private static final long serialVersionUID = 1L;

        NotTextException() {
            super("not UTF-8 text");
        }
    }

    @Override
    public int read(char[] buffer, int offset, int length) throws IOException {
        int count = readDecoded(buffer, offset, length);
        if (count > 0 && atStart) {
            atStart = false;
            if (buffer[offset] == BYTE_ORDER_MARK) {
                System.arraycopy(buffer, offset + 1, buffer, offset, count - 1);
                count--;
                if (count == 0) {
                    return read(buffer, offset, length);
                }
            }
        }
        for (int i = offset; i < offset + count; i++) {
            look(buffer[i]);
        }
        return count;
    }

    private int readDecoded(char[] buffer, int offset, int length) throws IOException {
        try {
            return text.read(buffer, offset, length);
        } catch (CharacterCodingException e) {
            NotTextException notText = new NotTextException();
            notText.initCause(e);
            throw notText;
        }
    }

    private void look(char character) throws IOException {
        switch (character) {
            case '\n' -> {
                if (!afterCarriageReturn) {
                    endLine();
                }
            }
            case '\r', '\u000B', '\f', '\u0085', '\u2028', '\u2029' -> endLine();
            default -> {
                if (isForbidden(character)) {
                    throw new NotTextException();
                }
                lineOpen = true;
            }
        }
        afterCarriageReturn = character == '\r';
    }

    /**
     * Control characters that no text has: files with records and fields of another age, or no text
     * at all. Programs do colour their logs and step back in them.
     */
    private static boolean isForbidden(char character) {
        return character < ' '
                && character != '\t'
                && character != '\b'
                && character != '\u0007'
                && character != '\u001B';
    }

    private void endLine() {
        endedLines++;
        lineOpen = false;
    }

    /** Lines so far; the last one counts even if nothing ends it. */
    long lines() {
        return lineOpen ? endedLines + 1 : endedLines;
    }

    @Override
    public void close() throws IOException {
        text.close();
    }
}

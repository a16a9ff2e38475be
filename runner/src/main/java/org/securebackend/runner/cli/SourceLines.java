package org.securebackend.runner.cli;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The lines of a file as YAML counts them, to be shown. Works for any bytes. */
final class SourceLines {
    private static final Pattern LINE_BREAK = Pattern.compile("\r\n|[\n\r\u0085\u2028\u2029]");
    private static final int WIDEST = 120;
    private static final int BEFORE_CARET = 60;

    private final List<String> lines;

    private SourceLines(List<String> lines) {
        this.lines = lines;
    }

    /** Part of a line, and the place in it that is meant, from 0. */
    record Excerpt(String line, int caretAt) {}

    static SourceLines of(byte[] content) {
        String text = new String(content, charsetOf(content));
        String unmarked = text.startsWith("\uFEFF") ? text.substring(1) : text;
        return new SourceLines(List.of(LINE_BREAK.split(unmarked, -1)));
    }

    private static Charset charsetOf(byte[] content) {
        boolean marked =
                content.length >= 2
                        && ((content[0] == (byte) 0xFE && content[1] == (byte) 0xFF)
                                || (content[0] == (byte) 0xFF && content[1] == (byte) 0xFE));
        return marked ? StandardCharsets.UTF_16 : StandardCharsets.UTF_8;
    }

    /**
     * The line around a place; empty if there is no such line.
     *
     * @param line from 1
     * @param column from 1, in Unicode characters
     */
    Optional<Excerpt> excerpt(int line, int column) {
        if (line < 1 || line > lines.size()) {
            return Optional.empty();
        }
        int[] characters = lines.get(line - 1).codePoints().toArray();
        int caret = Math.clamp(column - 1L, 0, characters.length);
        int start = characters.length <= WIDEST ? 0 : Math.max(0, caret - BEFORE_CARET);
        int end = Math.min(characters.length, start + WIDEST);
        return Optional.of(
                new Excerpt(printable(new String(characters, start, end - start)), caret - start));
    }

    /** The text without anything that could move a terminal's cursor or hide what it says. */
    static String printable(String text) {
        return text.codePoints()
                .mapToObj(c ->
                        Printable.isHarmless(c)
                                ? Character.toString(c)
                                : c == '\t' ? " " : "\uFFFD")
                .collect(Collectors.joining());
    }
}

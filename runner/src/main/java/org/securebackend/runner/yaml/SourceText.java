package org.securebackend.runner.yaml;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * The characters of a file: UTF-8, or UTF-16 where a byte order mark says so. Malformed bytes and
 * characters that YAML does not allow are problems, never replaced.
 */
sealed interface SourceText {
    int MOST_PROBLEMS = 20;

    record Decoded(String text) implements SourceText {}

    record Refused(List<YamlProblem> problems) implements SourceText {}

    static SourceText of(byte[] bytes) {
        if (startsWith(bytes, 0xFE, 0xFF)) {
            return decode(bytes, 2, StandardCharsets.UTF_16BE);
        }
        if (startsWith(bytes, 0xFF, 0xFE)) {
            return decode(bytes, 2, StandardCharsets.UTF_16LE);
        }
        int mark = startsWith(bytes, 0xEF, 0xBB, 0xBF) ? 3 : 0;
        return decode(bytes, mark, StandardCharsets.UTF_8);
    }

    private static boolean startsWith(byte[] bytes, int... start) {
        if (bytes.length < start.length) {
            return false;
        }
        for (int i = 0; i < start.length; i++) {
            if ((bytes[i] & 0xFF) != start[i]) {
                return false;
            }
        }
        return true;
    }

    private static SourceText decode(byte[] bytes, int start, Charset charset) {
        CharsetDecoder decoder =
                charset.newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT);
        CharBuffer characters = CharBuffer.allocate(bytes.length - start + 1);
        boolean malformed =
                decoder.decode(
                                        ByteBuffer.wrap(bytes, start, bytes.length - start),
                                        characters,
                                        true)
                                .isError()
                        || decoder.flush(characters).isError();
        String text = characters.flip().toString();
        if (malformed) {
            return new Refused(
                    List.of(
                            new YamlProblem(
                                    Position.in(text, text.length()),
                                    "this byte is not valid "
                                            + charset.name()
                                            + "; save the file as UTF-8")));
        }
        List<YamlProblem> problems = forbiddenCharacters(text);
        return problems.isEmpty() ? new Decoded(text) : new Refused(problems);
    }

    private static List<YamlProblem> forbiddenCharacters(String text) {
        var problems = new ArrayList<YamlProblem>();
        for (int i = 0; i < text.length() && problems.size() < MOST_PROBLEMS; ) {
            int character = text.codePointAt(i);
            if (!StreamReader.isPrintable(character)) {
                problems.add(
                        new YamlProblem(
                                Position.in(text, i),
                                "control character "
                                        + codeOf(character)
                                        + " is not allowed; remove it"));
            }
            i += Character.charCount(character);
        }
        return problems;
    }

    private static String codeOf(int character) {
        return String.format("U+%04X", character);
    }
}

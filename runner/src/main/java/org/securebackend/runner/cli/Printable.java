package org.securebackend.runner.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.IntPredicate;

/** Makes text that a job or a study chose safe for a terminal. */
final class Printable {
    private Printable() {}

    /**
     * The text with every control character, and everything that would hide or reorder it, as
     * {@code \\uXXXX}.
     */
    static String of(String text) {
        return escaped(text, Printable::isHarmless);
    }

    /** One line of JSON that means the same and moves no terminal's cursor. */
    static String json(JsonNode node) {
        return of(node.toString());
    }

    /** As {@link #of}; line ends and tabs stay. */
    static String lines(CharSequence text) {
        return escaped(
                text, character -> isHarmless(character) || character == '\n' || character == '\t');
    }

    private static String escaped(CharSequence text, IntPredicate stays) {
        var safe = new StringBuilder(text.length());
        text.codePoints()
                .forEach(character -> {
                    if (stays.test(character)) {
                        safe.appendCodePoint(character);
                    } else {
                        escape(character, safe);
                    }
                });
        return safe.toString();
    }

    private static void escape(int character, StringBuilder safe) {
        for (char unit : Character.toChars(character)) {
            safe.append("\\u%04x".formatted((int) unit));
        }
    }

    /** Whether a character neither moves a cursor nor hides or reorders what stands beside it. */
    static boolean isHarmless(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    false;
            default -> true;
        };
    }
}

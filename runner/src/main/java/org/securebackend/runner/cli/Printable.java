package org.securebackend.runner.cli;

import com.fasterxml.jackson.databind.JsonNode;

/** Makes text that a job or a study chose safe for a terminal. */
final class Printable {
    private Printable() {}

    /**
     * The text with every control character, and everything that would hide or reorder it, as
     * {@code \\uXXXX}.
     */
    static String of(String text) {
        var safe = new StringBuilder(text.length());
        text.codePoints()
                .forEach(character -> {
                    if (isHarmless(character)) {
                        safe.appendCodePoint(character);
                    } else {
                        escape(character, safe);
                    }
                });
        return safe.toString();
    }

    /** One line of JSON that means the same and moves no terminal's cursor. */
    static String json(JsonNode node) {
        return of(node.toString());
    }

    /** As {@link #of}; line ends and tabs stay. */
    static String lines(CharSequence text) {
        var safe = new StringBuilder(text.length());
        text.codePoints()
                .forEach(character -> {
                    if (isHarmless(character) || character == '\n' || character == '\t') {
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

    private static boolean isHarmless(int character) {
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

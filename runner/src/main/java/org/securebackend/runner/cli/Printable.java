package org.securebackend.runner.cli;

/** Makes text that a job chose safe for a terminal. */
final class Printable {
    private Printable() {}

    /**
     * The text with every control character, and everything that would reorder it, as {@code
     * \\uXXXX}.
     */
    static String of(String text) {
        var safe = new StringBuilder(text.length());
        text.chars()
                .forEach(character -> {
                    if (isHarmless((char) character)) {
                        safe.append((char) character);
                    } else {
                        safe.append("\\u%04x".formatted(character));
                    }
                });
        return safe.toString();
    }

    private static boolean isHarmless(char character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    false;
            default -> true;
        };
    }
}

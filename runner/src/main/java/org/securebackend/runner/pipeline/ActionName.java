package org.securebackend.runner.pipeline;

import java.nio.charset.StandardCharsets;

/** The name of an action. Safe as a file name: no slash, no control character, not {@code ..}. */
public record ActionName(String value) {
    private static final int LONGEST_BYTES = 200;

    public ActionName {
        if (!isValid(value)) {
            throw new IllegalArgumentException("not an action name");
        }
    }

    /** Whether {@code text} may name an action. */
    public static boolean isValid(String text) {
        return !text.isBlank()
                && !text.equals(".")
                && !text.equals("..")
                && text.getBytes(StandardCharsets.UTF_8).length <= LONGEST_BYTES
                && text.codePoints().noneMatch(ActionName::isForbidden);
    }

    private static boolean isForbidden(int character) {
        return character == '/'
                || character == '\\'
                || Character.getType(character) == Character.SURROGATE
                || Character.getType(character) == Character.FORMAT
                || Character.isISOControl(character)
                || character == '\u2028'
                || character == '\u2029';
    }

    @Override
    public String toString() {
        return value;
    }
}

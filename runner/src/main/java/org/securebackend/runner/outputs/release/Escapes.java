package org.securebackend.runner.outputs.release;

/** Undoes the escapes of JSON and scripts: four and two hexadecimal digits, and single letters. */
final class Escapes {
    private static final int HEXADECIMAL = 16;

    private Escapes() {}

    /** Appends {@code text} as it is meant. */
    static void undo(String text, StringBuilder into) {
        int i = 0;
        while (i < text.length()) {
            char here = text.charAt(i);
            if (here != '\\' || i + 1 == text.length()) {
                into.append(here);
                i++;
                continue;
            }
            char kind = text.charAt(i + 1);
            int digits = kind == 'u' ? 4 : kind == 'x' ? 2 : 0;
            int code = digits == 0 ? -1 : hexadecimal(text, i + 2, digits);
            if (code >= 0) {
                into.append((char) code);
                i += 2 + digits;
            } else {
                into.append(meaning(kind));
                i += 2;
            }
        }
    }

    private static char meaning(char kind) {
        return switch (kind) {
            case 'n', 'r', 'f', 'v' -> '\n';
            case 't' -> '\t';
            default -> kind;
        };
    }

    private static int hexadecimal(String text, int from, int digits) {
        if (from + digits > text.length()) {
            return -1;
        }
        int code = 0;
        for (int i = from; i < from + digits; i++) {
            int digit = Character.digit(text.charAt(i), HEXADECIMAL);
            if (digit < 0) {
                return -1;
            }
            code = code * HEXADECIMAL + digit;
        }
        return code;
    }
}

package org.securebackend.runner.outputs.release;

import java.util.Optional;

/** Looks at scripts, and at data written like one: names, rows, and blocks of coded bytes. */
final class ScriptText {
    private static final String BETWEEN = "\"'`<>,;:={}[]()|\t\n\r&/";

    private ScriptText() {}

    /** An identifier that stands in it as a word of its own between signs. */
    static Optional<String> identifier(String script, Identifiers identifiers) {
        var plain = new StringBuilder(script.length());
        Escapes.undo(script, plain);
        if (!identifiers.mayBeIn(plain)) {
            return Optional.empty();
        }
        int start = 0;
        for (int i = 0; i <= plain.length(); i++) {
            if (i == plain.length() || BETWEEN.indexOf(plain.charAt(i)) >= 0) {
                Optional<String> name = identifiers.named(plain.substring(start, i));
                if (name.isPresent()) {
                    return name;
                }
                start = i + 1;
            }
        }
        return Optional.empty();
    }

    /** How often a list or object follows another: one less than the rows of a table in it. */
    static long rows(String script) {
        long rows = 0;
        char beforeComma = 0;
        char last = 0;
        for (int i = 0; i < script.length(); i++) {
            char here = script.charAt(i);
            if (Character.isWhitespace(here)) {
                continue;
            }
            boolean follows =
                    (here == '[' && beforeComma == ']') || (here == '{' && beforeComma == '}');
            if (last == ',' && follows) {
                rows++;
            }
            if (here != ',') {
                beforeComma = here;
            }
            last = here;
        }
        return rows;
    }

    /** Characters of the longest piece without a sign in it: bytes coded as text. */
    static int longestPiece(String script) {
        int longest = 0;
        int here = 0;
        for (int i = 0; i < script.length(); i++) {
            char character = script.charAt(i);
            boolean coded = Character.isLetterOrDigit(character) || "+/=_-".indexOf(character) >= 0;
            here = coded ? here + 1 : 0;
            longest = Math.max(longest, here);
        }
        return longest;
    }
}

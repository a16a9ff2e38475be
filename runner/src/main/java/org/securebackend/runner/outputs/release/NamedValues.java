package org.securebackend.runner.outputs.release;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Finds records that are written as names and values, such as {@code patient_id: 1, age: 45} or
 * {@code patient_id=1 age=45}: an identifier's name with many different values. One with few, such
 * as how many were missing, is none.
 */
final class NamedValues {
    private static final int SURE = 5;
    private static final String BETWEEN = ",;|\t{}()[]&?";

    private final Identifiers identifiers;
    private final Set<Integer> values = new HashSet<>();
    private Optional<String> identifier = Optional.empty();

    NamedValues(Identifiers identifiers) {
        this.identifiers = identifiers;
    }

    Optional<String> identifier() {
        return identifier;
    }

    /** The next line; every pair in it is looked at once, so this is linear. */
    void line(String line) {
        int start = 0;
        int sign = nextSign(line, 0);
        while (sign >= 0 && identifier.isEmpty()) {
            int next = nextSign(line, sign + 1);
            int end = next < 0 ? line.length() : next;
            look(
                    lastPart(line.substring(start, sign), line.charAt(sign)),
                    firstPart(line.substring(sign + 1, end), line.charAt(sign)));
            start = sign + 1;
            sign = next;
        }
    }

    private static int nextSign(String line, int from) {
        for (int i = from; i < line.length(); i++) {
            if (line.charAt(i) == ':' || line.charAt(i) == '=') {
                return i;
            }
        }
        return -1;
    }

    private static boolean parts(char here, char sign) {
        return BETWEEN.indexOf(here) >= 0 || (sign == '=' && Character.isWhitespace(here));
    }

    private static String lastPart(String text, char sign) {
        String part = text.stripTrailing();
        int i = part.length();
        while (i > 0 && !parts(part.charAt(i - 1), sign)) {
            i--;
        }
        return part.substring(i);
    }

    private static String firstPart(String text, char sign) {
        String part = text.stripLeading();
        int i = 0;
        while (i < part.length() && !parts(part.charAt(i), sign)) {
            i++;
        }
        return part.substring(0, i);
    }

    private void look(String name, String value) {
        if (Cells.isIdentifierLike(value)) {
            Optional<String> named = identifiers.named(name);
            if (named.isPresent()) {
                values.add(Cells.bare(value).hashCode());
                if (values.size() >= SURE) {
                    identifier = named;
                }
            }
        }
    }
}

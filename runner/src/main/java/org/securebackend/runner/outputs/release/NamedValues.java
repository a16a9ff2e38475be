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
    private static final int MOST_SEEN = 4 * SURE;
    private static final String BETWEEN = ",;|\t{}()[]&?";

    private final Identifiers identifiers;
    private final Set<Integer> values = new HashSet<>();
    private Optional<String> identifier = Optional.empty();
    private Optional<String> listName = Optional.empty();

    NamedValues(Identifiers identifiers) {
        this.identifiers = identifiers;
    }

    Optional<String> identifier() {
        return identifier;
    }

    /** The next line; every pair in it is looked at once, so this is linear. */
    void line(String line) {
        if (listName.isPresent()) {
            inList(line);
        }
        int start = 0;
        int sign = nextSign(line, 0);
        while (sign >= 0 && identifier.isEmpty()) {
            int next = nextSign(line, sign + 1);
            int end = next < 0 ? line.length() : next;
            Optional<String> name = name(line.substring(start, sign));
            if (name.isPresent()) {
                values(name.get(), line.substring(sign + 1, end));
            }
            start = sign + 1;
            sign = next;
        }
    }

    /** Whether a list of values goes on in the next line. */
    boolean isWatching() {
        return listName.isPresent();
    }

    private void inList(String line) {
        String name = listName.orElseThrow();
        if (!line.isBlank()) {
            listName = Optional.empty();
            values(name, line);
            if (line.strip().endsWith(",")) {
                listName = Optional.of(name);
            }
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

    /** The name that a text ends with: all of its last part, or the last word of it. */
    private Optional<String> name(String text) {
        int end = text.length();
        while (end > 0 && !Character.isLetterOrDigit(text.codePointBefore(end))) {
            end -= Character.charCount(text.codePointBefore(end));
        }
        int start = end;
        int word = -1;
        while (start > 0 && BETWEEN.indexOf(text.charAt(start - 1)) < 0) {
            start--;
            if (word < 0 && Character.isWhitespace(text.charAt(start))) {
                word = start + 1;
            }
        }
        Optional<String> whole = identifiers.named(text.substring(start, end));
        return whole.isPresent() || word < 0 ? whole : identifiers.named(text.substring(word, end));
    }

    /** One value, or a list of them in brackets. */
    private void values(String name, String text) {
        int start = 0;
        int seen = 0;
        for (int i = 0; i <= text.length() && seen < MOST_SEEN; i++) {
            if (i == text.length() || BETWEEN.indexOf(text.charAt(i)) >= 0) {
                String value = text.substring(start, i);
                start = i + 1;
                if (!Cells.isBlank(value)) {
                    seen++;
                    if (!value(name, value) && seen > 1) {
                        return;
                    }
                    boolean listed = i < text.length() && text.charAt(i) == ',';
                    if (!listed || !text.stripLeading().startsWith("[")) {
                        return;
                    }
                }
            }
        }
        if (seen == 0 && text.strip().endsWith("[")) {
            listName = Optional.of(name);
        }
    }

    private boolean value(String name, String value) {
        String whole = value.strip();
        int blank = whole.indexOf(' ');
        String first = blank < 0 ? whole : whole.substring(0, blank);
        if (!Cells.isIdentifierLike(first)) {
            return false;
        }
        values.add(Cells.bare(first).hashCode());
        if (values.size() >= SURE) {
            identifier = Optional.of(name);
        }
        return true;
    }
}

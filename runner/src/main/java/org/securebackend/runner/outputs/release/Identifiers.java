package org.securebackend.runner.outputs.release;

import java.text.Normalizer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Knows the names of identifier columns, however they are dressed. Only letters and digits count,
 * after compatibility decomposition: so letter case, quotes, blanks, brackets, invisible
 * characters, accents, wide letters and the sign between words do not. Letters of other alphabets
 * that look the same are the same. A qualifier before it ({@code t.patient_id}, {@code
 * df$patient_id}) and what merging appends ({@code patient_id_x}, {@code patient_id.1}) make no
 * other column of it. {@code patient_ids} and {@code count(patient_id)} are other columns. Every
 * look is linear.
 */
final class Identifiers {
    private static final int LONGEST_QUALIFIER_CHAIN = 4;
    private static final String QUALIFIERS = ".$:/@![>#";
    private static final String DELIMITERS =
            ",;\t|\u2502\u2503^~\u00a6\u00ac:\n\r" + MarkupText.PARTED + MarkupText.NEXT_ELEMENT;
    private static final Set<String> MERGED =
            Set.of("x", "y", "left", "right", "1", "2", "3", "4", "5", "6", "7", "8", "9");

    /** Letters of other alphabets, and below each the Latin one that it looks like. */
    private static final String LOOK_ALIKE =
            "\u0430\u0440\u0442\u0456\u0435\u043f\u0501\u0455\u0441\u043e\u0445\u0443\u03b1\u03c1\u03c4\u03b9\u03b5\u03bf\u03bd\u0131\u0269\u0251\u0443\u043d\u043c\u043a\u0432";

    private static final String LATIN = "aptiendscoxyaptieoviiayhmkb";

    private final Map<String, String> nameOf = new LinkedHashMap<>();
    private final Map<String, int[]> fallbacks = new LinkedHashMap<>();

    Identifiers(Set<String> names) {
        for (String name : names) {
            String bare = bare(name);
            if (!bare.isEmpty()) {
                nameOf.put(bare, name);
                fallbacks.put(bare, fallback(bare));
            }
        }
    }

    /**
     * Where to go on in {@code word} if it fits up to a place and not there (Knuth-Morris-Pratt).
     */
    private static int[] fallback(String word) {
        int[] table = new int[word.length()];
        for (int i = 1, fits = 0; i < word.length(); i++) {
            while (fits > 0 && word.charAt(i) != word.charAt(fits)) {
                fits = table[fits - 1];
            }
            if (word.charAt(i) == word.charAt(fits)) {
                fits++;
            }
            table[i] = fits;
        }
        return table;
    }

    /** A cheap look: whether a name can be in there at all. */
    boolean mayBeIn(CharSequence text) {
        for (Map.Entry<String, int[]> name : fallbacks.entrySet()) {
            if (mayBeIn(text, name.getKey(), name.getValue())) {
                return true;
            }
        }
        return false;
    }

    private static boolean mayBeIn(CharSequence text, String name, int[] fallback) {
        int fits = 0;
        for (int i = 0; i < text.length(); i++) {
            char here = text.charAt(i);
            if (here >= 0x80) {
                return true;
            }
            if (here >= 'A' && here <= 'Z') {
                here = (char) (here + 'a' - 'A');
            } else if (!(here >= 'a' && here <= 'z') && !(here >= '0' && here <= '9')) {
                continue;
            }
            while (fits > 0 && name.charAt(fits) != here) {
                fits = fallback[fits - 1];
            }
            if (name.charAt(fits) == here && ++fits == name.length()) {
                return true;
            }
        }
        return false;
    }

    /** The identifier that a cell names, if it does. */
    Optional<String> named(String cell) {
        if (!mayBeIn(cell)) {
            return Optional.empty();
        }
        Optional<String> whole = exactly(bare(cell));
        return whole.isPresent() ? whole : qualified(cell);
    }

    private Optional<String> exactly(String bare) {
        String name = nameOf.get(bare);
        if (name != null) {
            return Optional.of(name);
        }
        for (Map.Entry<String, String> known : nameOf.entrySet()) {
            if (bare.startsWith(known.getKey())
                    && MERGED.contains(bare.substring(known.getKey().length()))) {
                return Optional.of(known.getValue());
            }
        }
        return Optional.empty();
    }

    private Optional<String> qualified(String cell) {
        int end = cell.length();
        for (int chain = 0; chain < LONGEST_QUALIFIER_CHAIN; chain++) {
            end = lastQualifier(cell, end);
            if (end < 0) {
                return Optional.empty();
            }
            String rest = cell.substring(end + 1);
            if (!rest.isEmpty() && !Character.isWhitespace(rest.charAt(0))) {
                Optional<String> name = exactly(bare(rest));
                if (name.isPresent()) {
                    return name;
                }
            }
        }
        return Optional.empty();
    }

    private static int lastQualifier(String cell, int before) {
        for (int i = before - 1; i >= 0; i--) {
            if (QUALIFIERS.indexOf(cell.charAt(i)) >= 0) {
                return i;
            }
        }
        return -1;
    }

    /** The same for a cell that may be several, in a file with another delimiter. */
    Optional<String> namedWithin(String cell) {
        if (!mayBeIn(cell)) {
            return Optional.empty();
        }
        Optional<String> whole = named(cell);
        int start = 0;
        for (int i = 0; i <= cell.length() && whole.isEmpty(); i++) {
            if (i == cell.length() || DELIMITERS.indexOf(cell.charAt(i)) >= 0) {
                whole = named(cell.substring(start, i));
                start = i + 1;
            }
        }
        return whole;
    }

    /** Its letters and digits, in lower case. */
    private static String bare(String text) {
        String plain = Normalizer.normalize(text, Normalizer.Form.NFKD);
        var bare = new StringBuilder();
        plain.codePoints()
                .filter(Character::isLetterOrDigit)
                .map(Character::toLowerCase)
                .forEach(letter -> {
                    int alike = letter < 0x80 ? -1 : LOOK_ALIKE.indexOf(letter);
                    bare.appendCodePoint(alike < 0 ? letter : LATIN.charAt(alike));
                });
        return bare.toString();
    }
}

package org.securebackend.runner.outputs.release;

import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Knows the names of identifier columns, however they are dressed: letter case, quotes, blanks,
 * invisible characters, wide letters, another sign between the words.
 */
final class Identifiers {
    /** Longer texts are no column names. */
    static final int LONGEST_DRESSED = 200;

    private static final Pattern DRESS =
            Pattern.compile("^[\\s\"'`*_#:=\\[\\](){}]+|[\\s\"'`*_#:=\\[\\](){}]+$");
    private static final Pattern INVISIBLE = Pattern.compile("[\\p{Cf}\\p{Cc}]");
    private static final Pattern JOINT = Pattern.compile("[\\s.\\-_]+");
    private static final Pattern OTHER_DELIMITERS = Pattern.compile("[,;\\t|]");

    private final Set<String> names;
    private final int shortest;

    Identifiers(Set<String> names) {
        this.names = names;
        // Half of it: one character may stand for several, such as ligatures.
        this.shortest = names.stream().mapToInt(String::length).min().orElse(0) / 2;
    }

    /** A cheap look: whether a cell of so many characters can name one at all. */
    boolean mayFit(int length) {
        return length >= shortest;
    }

    /** The names themselves. */
    Set<String> names() {
        return names;
    }

    /** The identifier that a cell names, if it does. */
    Optional<String> named(String cell) {
        if (cell.length() > LONGEST_DRESSED) {
            return Optional.empty();
        }
        String plain = undress(cell);
        return names.stream().filter(name -> undress(name).equals(plain)).findFirst();
    }

    /** The same for a cell that may be several, in a file with another delimiter. */
    Optional<String> namedWithin(String cell) {
        return OTHER_DELIMITERS
                .splitAsStream(cell)
                .map(this::named)
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static String undress(String cell) {
        String visible =
                INVISIBLE
                        .matcher(
                                Normalizer.normalize(cell.replace('\t', ' '), Normalizer.Form.NFKC))
                        .replaceAll("");
        String bare = DRESS.matcher(visible).replaceAll("");
        return JOINT.matcher(bare).replaceAll("_").toLowerCase(Locale.ROOT);
    }
}

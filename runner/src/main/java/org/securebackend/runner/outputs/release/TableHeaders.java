package org.securebackend.runner.outputs.release;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Finds tables with an identifier column in running text: a line of cells, one of them an
 * identifier, and below it a line of about as many cells with a number among them. A sentence or a
 * command that only speaks of the identifier is no table.
 */
final class TableHeaders {
    private static final List<Pattern> DELIMITERS =
            List.of(
                    Pattern.compile("[|\u2502\u2503]"),
                    Pattern.compile("\t"),
                    Pattern.compile(","),
                    Pattern.compile(";"));
    private static final Pattern BLANKS = Pattern.compile("[\\s|\u2502\u2503]+");
    private static final Pattern RULE = Pattern.compile("[\\s|+:=_.\\-\u2500-\u257F]*");
    private static final Pattern WORD = Pattern.compile("[\\w.\"'%()]+");
    private static final Pattern NUMBER = Pattern.compile("[\"'(+-]?\\d.*");

    private final Identifiers identifiers;
    private Optional<Header> pending = Optional.empty();
    private Optional<String> identifier = Optional.empty();

    /** A line that is a header if the next one looks like a row. */
    private record Header(Pattern delimiter, int cells, String identifier) {}

    TableHeaders(Identifiers identifiers) {
        this.identifiers = identifiers;
    }

    /** The next line of the text. */
    void line(String line) {
        if (identifier.isPresent() || RULE.matcher(line).matches()) {
            return;
        }
        if (pending.filter(header -> isRowOf(header, line)).isPresent()) {
            identifier = pending.map(Header::identifier);
        }
        pending = header(line);
    }

    Optional<String> identifier() {
        return identifier;
    }

    private static boolean isRowOf(Header header, String line) {
        List<String> cells = cells(header.delimiter(), line);
        boolean numbers = cells.stream().anyMatch(cell -> NUMBER.matcher(cell).matches());
        // One more: a row may begin with its number, which has no name in the header.
        return numbers && (cells.size() == header.cells() || cells.size() == header.cells() + 1);
    }

    private Optional<Header> header(String line) {
        for (Pattern delimiter : DELIMITERS) {
            List<String> cells = cells(delimiter, line);
            Optional<String> name = named(cells);
            if (cells.size() > 1 && name.isPresent()) {
                return Optional.of(new Header(delimiter, cells.size(), name.get()));
            }
        }
        List<String> words = cells(BLANKS, line);
        boolean onlyWords = words.stream().allMatch(word -> WORD.matcher(word).matches());
        return onlyWords
                ? named(words).map(name -> new Header(BLANKS, words.size(), name))
                : Optional.empty();
    }

    private Optional<String> named(List<String> cells) {
        return cells.stream()
                .filter(cell -> identifiers.mayFit(cell.length()))
                .map(identifiers::named)
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static List<String> cells(Pattern delimiter, String line) {
        return Arrays.stream(delimiter.split(line.strip()))
                .map(String::strip)
                .filter(cell -> !cell.isEmpty())
                .toList();
    }
}

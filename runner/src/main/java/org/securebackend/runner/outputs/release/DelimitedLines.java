package org.securebackend.runner.outputs.release;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.securebackend.runner.outputs.release.TextTables.Delimiter;

/**
 * Reads lines of running text as records with one delimiter and looks for an identifier column:
 * below its name, beside it, or in pairs of name and value.
 */
final class DelimitedLines {
    /** So many different values are no chance. */
    private static final int SURE = 5;

    /** Notes, blank lines and the like that may stand between a header and its rows. */
    private static final int NEAR = 5;

    private static final int MOST_HEADERS = 8;

    private final Delimiter delimiter;
    private final Identifiers identifiers;
    private final Deque<Header> headers = new ArrayDeque<>();
    private final Set<Integer> paired = new HashSet<>();
    private Optional<String> identifier = Optional.empty();
    private int cellsAbove;

    private DelimitedLines(Delimiter delimiter, Identifiers identifiers) {
        this.delimiter = delimiter;
        this.identifiers = identifiers;
    }

    static List<DelimitedLines> ofEveryKind(Identifiers identifiers) {
        return Arrays.stream(Delimiter.values())
                .map(delimiter -> new DelimitedLines(delimiter, identifiers))
                .toList();
    }

    /** A line that may be a header, and what was seen below it. */
    private static final class Header {
        private final List<String> cells;
        private final int column;
        private final String identifier;
        private final boolean laidOut;
        private final boolean startsBlock;
        private final Set<Integer> below = new HashSet<>();
        private int age;

        Header(List<String> cells, int column, String identifier, Layout layout) {
            this.cells = cells;
            this.column = column;
            this.identifier = identifier;
            this.laidOut = layout.laidOut();
            this.startsBlock = layout.startsBlock();
        }
    }

    /** How a line stands. */
    private record Layout(boolean laidOut, boolean startsBlock) {}

    Optional<String> identifier() {
        return identifier;
    }

    boolean isWatching() {
        return !headers.isEmpty();
    }

    /** Only the line before the first that is looked at matters. */
    void begin(String before) {
        cellsAbove = TextTables.split(before, delimiter).size();
    }

    void line(String line) {
        List<String> cells = TextTables.split(line, delimiter);
        for (Header header : headers) {
            if (isTable(header, cells)) {
                identifier = Optional.of(header.identifier);
                return;
            }
        }
        lookForName(line, cells);
        cellsAbove = cells.size();
    }

    private void lookForName(String line, List<String> cells) {
        int names = 0;
        for (int column = 0; column < cells.size(); column++) {
            Optional<String> name = identifiers.named(cells.get(column));
            if (name.isPresent()) {
                // No one but who hides the right one writes so many.
                if (++names > MOST_HEADERS) {
                    identifier = name;
                    return;
                }
                if (isColumnOnItsSide(cells, column) || isOftenPaired(cells, column)) {
                    identifier = name;
                    return;
                }
                remember(new Header(cells, column, name.get(), layout(line, cells)));
            }
        }
    }

    private Layout layout(String line, List<String> cells) {
        boolean laidOut =
                cells.size() == 1
                        || line.contains("  ")
                        || line.startsWith(" ")
                        || line.indexOf('|') >= 0
                        || line.indexOf('\u2502') >= 0
                        || line.indexOf('\u2503') >= 0
                        || line.indexOf('"') >= 0;
        return new Layout(laidOut, cellsAbove != cells.size());
    }

    private void remember(Header header) {
        if (headers.size() == MOST_HEADERS) {
            headers.removeFirst();
        }
        headers.addLast(header);
    }

    private static boolean isColumnOnItsSide(List<String> cells, int column) {
        return cells.stream()
                        .skip(column + 1L)
                        .filter(Cells::isIdentifierLike)
                        .distinct()
                        .limit(SURE)
                        .count()
                == SURE;
    }

    private boolean isOftenPaired(List<String> cells, int column) {
        if (column + 1 < cells.size()
                && cells.size() <= column + 3
                && paired.size() < SURE
                && Cells.isIdentifierLike(cells.get(column + 1))) {
            paired.add(Cells.bare(cells.get(column + 1)).hashCode());
        }
        return paired.size() >= SURE;
    }

    private boolean isTable(Header header, List<String> cells) {
        if (cells.isEmpty()) {
            return false;
        }
        header.age++;
        // One more: a row may begin with its number, which has no name in the header.
        int shift = cells.size() - header.cells.size();
        boolean numberedPairs = delimiter == Delimiter.COLON || delimiter == Delimiter.EQUALS;
        if (shift != 0 && (shift != 1 || numberedPairs)) {
            return false;
        }
        String below = cells.get(header.column + shift);
        if (!Cells.isIdentifierLike(below)) {
            boolean next = header.age == 1;
            // Rows of words: the name was one word among others.
            header.age += NEAR;
            return next && header.startsBlock && isRowOfNumbers(header, cells);
        }
        header.below.add(Cells.bare(below).hashCode());
        return header.below.size() >= SURE || (header.age <= NEAR && isConvincing(header, cells));
    }

    /** Identifiers may be words; then what stands beside them must make the table. */
    private boolean isRowOfNumbers(Header header, List<String> cells) {
        return delimiter != Delimiter.BLANK
                && delimiter != Delimiter.TAG
                && delimiter != Delimiter.ELEMENT
                && delimiter != Delimiter.COLON
                && delimiter != Delimiter.EQUALS
                && header.cells.size() > 2
                && header.cells.stream().noneMatch(Cells::isNumber)
                && cells.stream().anyMatch(Cells::isNumber);
    }

    private static boolean isPhrase(String cell) {
        return cell.indexOf(' ') >= 0;
    }

    private boolean isConvincing(Header header, List<String> cells) {
        boolean first = header.column == 0;
        boolean numbered = first || Cells.isIdentifierLike(cells.getFirst());
        return switch (delimiter) {
            case BLANK ->
                    (header.laidOut && numbered)
                            || cells.stream().allMatch(Cells::isIdentifierLike)
                            || (header.below.size() > 1 && numbered);
            case TAG, ELEMENT ->
                    header.below.size() > 1
                            || header.cells.stream().noneMatch(DelimitedLines::isPhrase);
            case COLON, EQUALS -> first || header.cells.size() > 2;
            case COMMA, SEMICOLON, TAB, BAR, CARET, TILDE, AMPERSAND, TWO_BLANKS ->
                    header.cells.size() > 2 || numbered;
        };
    }
}

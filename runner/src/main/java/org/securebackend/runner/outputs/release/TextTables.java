package org.securebackend.runner.outputs.release;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds tables in running text, line by line: how many rows they have, and whether one has an
 * identifier column, whatever stands between its cells. A sentence, a command or a list of columns
 * that only speaks of the identifier is no table.
 */
final class TextTables {
    private static final int LONGEST_CODE = 3;

    private final Identifiers identifiers;
    private final List<DelimitedLines> watches;
    private final NamedValues pairs;
    private final StringBuilder unescaped = new StringBuilder();
    private Optional<String> identifier = Optional.empty();
    private String previous = "";
    private boolean watching;
    private long rows;

    TextTables(Identifiers identifiers) {
        this.identifiers = identifiers;
        this.watches = DelimitedLines.ofEveryKind(identifiers);
        this.pairs = new NamedValues(identifiers);
    }

    Optional<String> identifier() {
        return identifier;
    }

    /** Lines that hold nothing but numbers and short codes. */
    long rows() {
        return rows;
    }

    /** The next line of the text. */
    void line(String raw) {
        if (isRow(raw)) {
            rows++;
        }
        if (identifier.isPresent() || isRule(raw)) {
            return;
        }
        String line = unescape(raw);
        if (watching || identifiers.mayBeIn(line)) {
            look(line);
        }
        previous = line;
    }

    private void look(String line) {
        pairs.line(line);
        watching = pairs.isWatching();
        if (pairs.identifier().isPresent()) {
            identifier = pairs.identifier();
            return;
        }
        for (DelimitedLines watch : watches) {
            if (!watch.isWatching()) {
                watch.begin(previous);
            }
            watch.line(line);
            watching |= watch.isWatching();
            if (identifier.isEmpty()) {
                identifier = watch.identifier();
            }
        }
    }

    /** Names may be written with escapes, as in JSON and scripts. */
    private String unescape(String line) {
        if (line.indexOf('\\') < 0) {
            return line;
        }
        unescaped.setLength(0);
        Escapes.undo(line, unescaped);
        return unescaped.toString();
    }

    /** A line between header and rows: dashes and the like, or the columns' types. */
    private static boolean isRule(String line) {
        boolean types = false;
        int depth = 0;
        for (int i = 0; i < line.length(); i++) {
            char here = line.charAt(i);
            if (here == '<') {
                depth++;
                types = true;
            } else if (here == '>') {
                depth--;
            } else if (depth == 0
                    && "|+:=_.-~* \t\\".indexOf(here) < 0
                    && !(here >= '\u2500' && here <= '\u257F')) {
                return false;
            }
        }
        return !line.isBlank() && (!types || depth == 0);
    }

    private static boolean isRow(String line) {
        int numbers = 0;
        int letters = 0;
        boolean digits = false;
        for (int i = 0; i <= line.length(); i++) {
            char here = i < line.length() ? line.charAt(i) : ' ';
            if (here >= '0' && here <= '9') {
                digits = true;
            } else if (Character.isLetter(here)) {
                if (++letters > LONGEST_CODE) {
                    return false;
                }
            } else if (",;|\t :".indexOf(here) >= 0) {
                numbers += digits ? 1 : 0;
                digits = false;
                letters = 0;
            }
        }
        return numbers > 0;
    }

    /** Cells of a line. */
    static List<String> split(String line, Delimiter delimiter) {
        var cells = new ArrayList<String>();
        int start = 0;
        int blanks = 0;
        for (int i = 0; i <= line.length(); i++) {
            char here = i < line.length() ? line.charAt(i) : delimiter.sign();
            boolean blank = Character.isWhitespace(here) && (here >= ' ' || here == '\t');
            blanks = blank ? blanks + 1 : 0;
            if (i == line.length() || delimiter.isAt(here, blanks)) {
                String cell = delimiter.cell(line.substring(start, i));
                if (!cell.isEmpty()) {
                    cells.add(cell);
                }
                start = i + 1;
            }
        }
        return cells;
    }

    /** What stands between cells. */
    enum Delimiter {
        COMMA(','),
        SEMICOLON(';'),
        TAB('\t'),
        BAR('|'),
        COLON(':'),
        EQUALS('='),
        CARET('^'),
        TILDE('~'),
        AMPERSAND('&'),
        /** A tag within a line of markup: often prose. */
        TAG(MarkupText.PARTED),
        /** The end of an element and the beginning of another. */
        ELEMENT(MarkupText.NEXT_ELEMENT),
        BLANK(' '),
        TWO_BLANKS(' ');

        private final char sign;

        Delimiter(char sign) {
            this.sign = sign;
        }

        char sign() {
            return sign;
        }

        private String cell(String text) {
            String whole =
                    this == ELEMENT ? text.replace(String.valueOf(MarkupText.PARTED), "") : text;
            return whole.strip();
        }

        boolean isAt(char here, int blanks) {
            return switch (this) {
                case BAR -> here == sign || here == '\u2502' || here == '\u2503';
                case BLANK -> blanks > 0 || TAG.isAt(here, 0) || BAR.isAt(here, 0);
                case TAG -> here == sign || here == MarkupText.NEXT_ELEMENT;
                case TWO_BLANKS -> blanks > 1;
                case COMMA, SEMICOLON, TAB, COLON, EQUALS, CARET, TILDE, AMPERSAND, ELEMENT ->
                        here == sign;
            };
        }
    }
}

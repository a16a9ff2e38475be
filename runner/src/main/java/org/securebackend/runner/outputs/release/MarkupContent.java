package org.securebackend.runner.outputs.release;

import java.util.Optional;
import org.securebackend.runner.outputs.release.EmbeddedFiles.Drawings;
import org.securebackend.runner.outputs.release.MarkupText.Side;
import org.securebackend.runner.outputs.release.RecordWatch.Ragged;

/**
 * What a document shows and hides: its tables, lists, lines of text, scripts, attributes and
 * embedded files.
 */
final class MarkupContent implements MarkupText.Content {
    private static final String OWN_DATA = "data-";

    private final ReleasePolicy policy;
    private final Kind kind;
    private final Identifiers identifiers;
    private final EmbeddedFiles embeddedFiles;
    private final RecordWatch table;
    private final TextTables shown;
    private final TextTables hidden;
    private final Lines lines;
    private final Lines hiddenLines;

    private final StringBuilder cell = new StringBuilder();
    private Optional<String> identifier = Optional.empty();
    private boolean inCell;
    private boolean inRecord;
    private boolean lineEmpty = true;
    private int column;
    private int mostColumns;
    private int preformatted;
    private long entries;
    private long scriptRows;
    private long filledLines;
    private boolean embedded;
    private long longestHidden;
    private boolean unreadable;
    private Optional<String> firstElement = Optional.empty();
    private boolean textBeforeFirst;

    /** What the document is. */
    enum Kind {
        PAGE,
        DRAWING,
        /** A plain text that may hold markup: tags with a name of their own mean nothing. */
        TEXT
    }

    MarkupContent(ReleasePolicy policy, Kind kind, Drawings drawings) {
        this.policy = policy;
        this.kind = kind;
        this.identifiers = new Identifiers(policy.identifierColumns());
        this.embeddedFiles = new EmbeddedFiles(policy, drawings);
        this.table = new RecordWatch(identifiers, policy.maxColumns(), Ragged.MEANS_NOTHING);
        this.shown = new TextTables(identifiers);
        this.hidden = new TextTables(identifiers);
        this.lines = new Lines(policy.longestField(), this::shownLine);
        this.hiddenLines = new Lines(policy.longestField(), hidden::line);
    }

    private void shownLine(String line) {
        if (Cells.isBlank(line)) {
            return;
        }
        filledLines++;
        shown.line(line);
        if (kind == Kind.DRAWING) {
            found(identifiers.namedWithin(line));
        }
    }

    private void found(Optional<String> name) {
        if (identifier.isEmpty()) {
            identifier = name;
        }
    }

    @Override
    public void text(char character) {
        boolean blank = Character.isWhitespace(character);
        if (firstElement.isEmpty() && !blank) {
            textBeforeFirst = true;
        }
        // In a row of a table, a line of the source means nothing.
        lines.next(blank && inRecord && preformatted == 0 && character != '\t' ? ' ' : character);
        lineEmpty &= blank;
        if (inCell && cell.length() < policy.longestField()) {
            cell.append(character);
        }
    }

    @Override
    public void tag(String name, Side side) {
        if (firstElement.isEmpty()) {
            firstElement = Optional.of(name);
        }
        if (kind != Kind.TEXT) {
            found(identifiers.named(name));
        }
        if (side == Side.BEGIN && Markup.ENTRIES.contains(name)) {
            entries++;
        }
        switch (name) {
            case "table" -> {
                endRecord();
                table.startTable();
            }
            case "tr" -> {
                endRecord();
                inRecord = side == Side.BEGIN;
            }
            case "td", "th" -> {
                endCell();
                inCell = side == Side.BEGIN;
                if (inCell) {
                    inRecord = true;
                    lines.next('\t');
                }
            }
            case "pre" -> preformatted = side == Side.BEGIN ? 1 : 0;
            default -> {}
        }
        if (Markup.BLOCKS.contains(name) && !lineEmpty && !inCell) {
            endLine();
        } else if (inCell && Markup.BLOCKS.contains(name)) {
            cell.append('\n');
            lines.next(' ');
        }
    }

    private void endLine() {
        lines.end();
        lineEmpty = true;
    }

    private void endCell() {
        if (inCell) {
            table.cell(column, cell);
            column++;
            mostColumns = Math.max(mostColumns, column);
        }
        cell.setLength(0);
        inCell = false;
    }

    private void endRecord() {
        endCell();
        if (column > 0) {
            table.endRecord();
        }
        column = 0;
        inRecord = false;
        endLine();
    }

    @Override
    public void attribute(String name, String value) {
        if (kind != Kind.TEXT || !value.isEmpty()) {
            String plainName = name.startsWith(OWN_DATA) ? name.substring(OWN_DATA.length()) : name;
            found(identifiers.named(plainName));
        }
        if (value.length() > name.length()) {
            hiddenLines.next(value);
        }
        hiddenLines.end();
        embedded |= embeddedFiles.areForbiddenIn(value);
        String start = value.stripLeading();
        if (start.startsWith("{") || start.startsWith("[") || start.indexOf('<') >= 0) {
            found(ScriptText.identifier(value, identifiers));
            scriptRows = Math.max(scriptRows, ScriptText.rows(value));
        }
        if (!Markup.DRAWING.contains(name) && !start.regionMatches(true, 0, "data:", 0, 5)) {
            longestHidden = Math.max(longestHidden, ScriptText.longestPiece(value));
        }
    }

    @Override
    public void comment(String text) {
        hiddenLines.next(text);
        hiddenLines.end();
        if (kind == Kind.DRAWING) {
            found(identifiers.named(text));
        }
    }

    @Override
    public void raw(String text) {
        hiddenLines.next(text);
        hiddenLines.end();
        String plain = Markup.undoEntities(text);
        found(ScriptText.identifier(plain, identifiers));
        scriptRows = Math.max(scriptRows, ScriptText.rows(plain));
        embedded |= embeddedFiles.areForbiddenIn(plain);
        longestHidden = Math.max(longestHidden, longestOutsideData(plain));
    }

    /** Embedded files are long, and are looked at by themselves. */
    private static int longestOutsideData(String script) {
        int longest = 0;
        int from = 0;
        int at = script.indexOf(";base64,");
        while (at >= 0) {
            longest = Math.max(longest, ScriptText.longestPiece(script.substring(from, at)));
            int end = at + ";base64,".length();
            while (end < script.length() && "\"'()<>` ;".indexOf(script.charAt(end)) < 0) {
                end++;
            }
            from = end;
            at = script.indexOf(";base64,", from);
        }
        return Math.max(longest, ScriptText.longestPiece(script.substring(from)));
    }

    @Override
    public void tooLarge() {
        unreadable = true;
    }

    void end() {
        endRecord();
        hiddenLines.end();
    }

    /** An identifier column of a table in markup, wherever it is. */
    Optional<String> tableIdentifier() {
        return identifier.or(table::identifier);
    }

    Optional<String> identifier() {
        return tableIdentifier().or(shown::identifier).or(hidden::identifier);
    }

    /** Entries of tables and lists. */
    long rows() {
        return Math.max(Math.max(entries, scriptRows), shown.rows());
    }

    int columns() {
        return mostColumns;
    }

    long filledLines() {
        return filledLines;
    }

    /** Characters of the longest line that is shown. */
    long longestLine() {
        return lines.longest();
    }

    /** Characters of the longest piece of coded bytes. */
    long longestHidden() {
        return longestHidden;
    }

    boolean hasEmbedded() {
        return embedded;
    }

    boolean isReadable() {
        return !unreadable;
    }

    /** The name of the first element, if nothing stands before it. */
    Optional<String> beginning() {
        return textBeforeFirst ? Optional.empty() : firstElement;
    }
}

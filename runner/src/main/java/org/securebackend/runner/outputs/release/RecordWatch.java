package org.securebackend.runner.outputs.release;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;

/**
 * Looks for an identifier column while a table's cells go by; keeps no record. A record that names
 * one is its header if it is the first of a table (a blank record or another number of cells begins
 * one), if it has more filled cells than all before it, or if it is a lonely cell near the top;
 * also if what stands below the name is an identifier, and not just a value beside another word. A
 * record that names one and goes on with many identifiers is that column on its side.
 */
final class RecordWatch {
    private static final int LONELY_HEADERS = 20;
    private static final int SURE = 5;

    private final Identifiers identifiers;
    private final int mostColumns;
    private final Ragged ragged;

    private final BitSet named = new BitSet();
    private final BitSet namedAbove = new BitSet();
    private final BitSet namedHere = new BitSet();
    private final BitSet belowHere = new BitSet();
    private int[] below = new int[0];
    private int[] lastBelow = new int[0];
    private int lastFilledAbove;

    private Optional<String> identifier = Optional.empty();
    private Optional<String> namedName = Optional.empty();
    private Optional<String> identifierHere = Optional.empty();
    private int filledHere;
    private int firstFilledHere;
    private int lastFilledHere;
    private boolean beginsWithIdentifier;
    private int besideHere;
    private int lastBeside;
    private int cells;
    private int cellsAbove;

    private long records;
    private int mostFilled;

    /** What another number of cells in a record means. */
    enum Ragged {
        STARTS_TABLE,
        /** Cells may span columns. */
        MEANS_NOTHING
    }

    RecordWatch(Identifiers identifiers, int mostColumns, Ragged ragged) {
        this.identifiers = identifiers;
        this.mostColumns = mostColumns;
        this.ragged = ragged;
    }

    Optional<String> identifier() {
        return identifier;
    }

    /** What comes now is another table. */
    void startTable() {
        startPart();
        named.clear();
        namedAbove.clear();
    }

    private void startPart() {
        records = 0;
        mostFilled = 0;
        named.clear();
        named.or(namedAbove);
    }

    /** The next cell of a record; columns count from 0, in order. */
    void cell(int column, CharSequence content) {
        cells = column + 1;
        if (column >= mostColumns || identifier.isPresent() || Cells.isBlank(content)) {
            return;
        }
        filledHere++;
        lastFilledHere = column;
        lookBelowName(column, content);
        if (filledHere == 1) {
            firstFilledHere = column;
            beginsWithIdentifier = !named.isEmpty() && Cells.isIdentifierLike(content.toString());
        }
        if (identifierHere.isPresent()) {
            lookBesideName(content.toString());
        }
        if (identifiers.mayBeIn(content)) {
            Optional<String> name = identifiers.namedWithin(content.toString());
            if (name.isPresent()) {
                namedHere.set(column);
                identifierHere = name;
            }
        }
    }

    private void lookBelowName(int column, CharSequence content) {
        if (named.get(column) && Cells.isIdentifierLike(content.toString())) {
            belowHere.set(column);
            int hash = content.toString().hashCode();
            if (lastBelow[column] != hash) {
                lastBelow[column] = hash;
                below[column]++;
            }
        }
    }

    private void lookBesideName(String content) {
        int hash = content.hashCode();
        if (hash != lastBeside && Cells.isIdentifierLike(content)) {
            lastBeside = hash;
            besideHere++;
        }
    }

    void endRecord() {
        if (filledHere == 0) {
            if (cells > 0 || records > 0) {
                startPart();
            }
        } else {
            decide();
            remember();
        }
        clearHere();
    }

    private void decide() {
        if (cells != cellsAbove && ragged == Ragged.STARTS_TABLE) {
            startPart();
        }
        boolean header =
                records == 0
                        || filledHere > mostFilled
                        || (filledHere == 1 && records < LONELY_HEADERS);
        if (identifierHere.isPresent() && (header || besideHere >= SURE)) {
            identifier = identifierHere;
        } else if (isHeaderAbove()) {
            identifier = namedName;
        }
    }

    private boolean isHeaderAbove() {
        return belowHere.stream()
                .anyMatch(column ->
                        below[column] >= SURE
                                || (namedAbove.get(column)
                                        && (column < lastFilledAbove || beginsWithIdentifier)));
    }

    private void remember() {
        namedAbove.clear();
        if (identifierHere.isPresent()) {
            namedName = identifierHere;
            namedAbove.or(namedHere);
            named.or(namedHere);
            makeRoom(namedHere.length());
            namedHere.stream().forEach(column -> below[column] = 0);
        }
        lastFilledAbove = lastFilledHere;
        // Above the names of rows there may be an empty corner.
        boolean corner = firstFilledHere == 1;
        mostFilled = Math.max(mostFilled, corner ? filledHere + 1 : filledHere);
        cellsAbove = cells;
        records++;
    }

    private void makeRoom(int columns) {
        if (columns > below.length) {
            below = Arrays.copyOf(below, columns);
            lastBelow = Arrays.copyOf(lastBelow, columns);
        }
    }

    private void clearHere() {
        namedHere.clear();
        belowHere.clear();
        identifierHere = Optional.empty();
        filledHere = 0;
        besideHere = 0;
        cells = 0;
        beginsWithIdentifier = false;
    }
}

package org.securebackend.runner.outputs.release;

import de.siegmar.fastcsv.reader.AbstractBaseCsvCallbackHandler;
import de.siegmar.fastcsv.reader.RecordType;
import java.util.Optional;

/**
 * Counts records and looks for a header with an identifier column while a file is read; keeps no
 * record. A record may be the header if it is the first, or has more filled cells than all before
 * it (there may be a title above the table); a lonely cell may be one among the first records.
 */
final class CsvRecords extends AbstractBaseCsvCallbackHandler<CsvRecords> {
    private static final int LONELY_HEADERS = 20;

    private final Identifiers identifiers;
    private Optional<String> identifier = Optional.empty();
    private Optional<String> identifierHere = Optional.empty();
    private long records;
    private long columns;
    private int longestField;
    private int filledHere;
    private int mostFilled;

    CsvRecords(Identifiers identifiers) {
        this.identifiers = identifiers;
    }

    @Override
    protected void handleBegin(long startingLineNumber) {
        identifierHere = Optional.empty();
        filledHere = 0;
    }

    @Override
    protected void handleField(
            int fieldIdx, char[] buffer, int offset, int length, boolean quoted) {
        longestField = Math.max(longestField, length);
        if (isBlank(buffer, offset, length)) {
            return;
        }
        filledHere++;
        if (identifier.isEmpty() && identifierHere.isEmpty() && identifiers.mayFit(length)) {
            identifierHere = identifiers.namedWithin(new String(buffer, offset, length));
        }
    }

    private static boolean isBlank(char[] buffer, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            if (!Character.isWhitespace(buffer[i]) && buffer[i] != '\u00A0') {
                return false;
            }
        }
        return true;
    }

    @Override
    protected CsvRecords buildRecord() {
        if (getRecordType() == RecordType.EMPTY) {
            return this;
        }
        if (records == 0) {
            columns = getFieldCount();
        }
        boolean header = filledHere > mostFilled || (filledHere == 1 && records < LONELY_HEADERS);
        if (header && identifier.isEmpty()) {
            identifier = identifierHere;
        }
        mostFilled = Math.max(mostFilled, filledHere);
        records++;
        return this;
    }

    long rows() {
        return Math.max(0, records - 1);
    }

    long columns() {
        return columns;
    }

    int longestField() {
        return longestField;
    }

    Optional<String> identifier() {
        return identifier;
    }
}

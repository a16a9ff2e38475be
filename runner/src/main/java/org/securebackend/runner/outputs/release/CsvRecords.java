package org.securebackend.runner.outputs.release;

import de.siegmar.fastcsv.reader.AbstractBaseCsvCallbackHandler;
import de.siegmar.fastcsv.reader.RecordType;
import java.nio.CharBuffer;
import java.util.Optional;
import org.securebackend.runner.outputs.release.RecordWatch.Ragged;

/** Counts records and watches for an identifier column while a file is read; keeps no record. */
final class CsvRecords extends AbstractBaseCsvCallbackHandler<CsvRecords> {
    private final RecordWatch watch;
    private long records;
    private long columns;
    private int mostColumns;
    private int longestField;

    CsvRecords(Identifiers identifiers, int mostColumns) {
        this.watch = new RecordWatch(identifiers, mostColumns, Ragged.STARTS_TABLE);
    }

    @Override
    protected void handleBegin(long startingLineNumber) {}

    @Override
    protected void handleField(
            int fieldIdx, char[] buffer, int offset, int length, boolean quoted) {
        longestField = Math.max(longestField, length);
        mostColumns = Math.max(mostColumns, fieldIdx + 1);
        watch.cell(fieldIdx, CharBuffer.wrap(buffer, offset, length));
    }

    @Override
    protected CsvRecords buildRecord() {
        watch.endRecord();
        if (getRecordType() == RecordType.EMPTY) {
            return this;
        }
        if (records == 0) {
            columns = getFieldCount();
        }
        records++;
        return this;
    }

    long rows() {
        return Math.max(0, records - 1);
    }

    /** Of the first record. */
    long columns() {
        return columns;
    }

    /** Of the widest record. */
    int mostColumns() {
        return mostColumns;
    }

    int longestField() {
        return longestField;
    }

    Optional<String> identifier() {
        return watch.identifier();
    }
}

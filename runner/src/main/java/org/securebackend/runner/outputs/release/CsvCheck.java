package org.securebackend.runner.outputs.release;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.util.Iterator;
import org.securebackend.runner.job.CheckResult.Check;

/**
 * Looks at a CSV file's header, records, lines and fields (section 9); and at its lines as at any
 * text's, whatever the quotes and delimiters in them: another program may read it in another way.
 */
final class CsvCheck {
    private static final int SMALLEST_BUFFER_CHARACTERS = 1024 * 1024;

    private final ReleasePolicy policy;
    private final char separator;

    CsvCheck(ReleasePolicy policy, char separator) {
        this.policy = policy;
        this.separator = separator;
    }

    void check(InputStream bytes, Verdicts verdicts) throws IOException {
        verdicts.made(Check.CONTENT);
        var identifiers = new Identifiers(policy.identifierColumns());
        var records = new CsvRecords(identifiers, policy.maxColumns());
        var tables = new TextTables(identifiers);
        var lines = new Lines(policy.longestField(), tables::line);
        try (TextReader text = new TextReader(bytes)) {
            readAll(new Passing(text, lines), records);
            lines.end();
            decide(records, tables, verdicts);
            bounds(records, text.lines(), verdicts);
        } catch (CsvParseException e) {
            verdicts.fail(unreadable(records));
        } catch (UncheckedIOException e) {
            if (!(e.getCause() instanceof TextReader.NotTextException)) {
                throw e.getCause();
            }
            verdicts.fail(Reasons.NOT_PLAIN_TEXT);
        } catch (TextReader.NotTextException e) {
            verdicts.fail(Reasons.NOT_PLAIN_TEXT);
        }
    }

    /** Shows what is read to another. */
    private static final class Passing extends Reader {
        private final Reader text;
        private final Lines lines;

        Passing(Reader text, Lines lines) {
            this.text = text;
            this.lines = lines;
        }

        @Override
        public int read(char[] buffer, int offset, int length) throws IOException {
            int count = text.read(buffer, offset, length);
            for (int i = offset; i < offset + count; i++) {
                lines.next(buffer[i]);
            }
            return count;
        }

        @Override
        public void close() throws IOException {
            text.close();
        }
    }

    private void readAll(Reader text, CsvRecords records) throws IOException {
        try (CsvReader<CsvRecords> csv =
                CsvReader.builder()
                        .fieldSeparator(separator)
                        .quoteCharacter('"')
                        .skipEmptyLines(false)
                        .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                        .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                        .allowUnclosedQuote(false)
                        .detectBomHeader(false)
                        .maxBufferSize(
                                Math.max(SMALLEST_BUFFER_CHARACTERS, 2 * policy.longestField()))
                        .build(records, text)) {
            Iterator<CsvRecords> all = csv.iterator();
            while (all.hasNext()) {
                all.next();
            }
        }
    }

    private Reason unreadable(CsvRecords records) {
        return records.longestField() > policy.longestField()
                ? Reasons.fieldTooLong(policy.longestField())
                : Reasons.NOT_READABLE_CSV;
    }

    private void decide(CsvRecords records, TextTables tables, Verdicts verdicts) {
        verdicts.made(Check.IDENTIFIER_COLUMN, Check.ROWS, Check.COLUMNS);
        verdicts.fail(records.identifier().or(tables::identifier).map(Reasons::identifierColumn));
        if (records.rows() > policy.maxRows()) {
            verdicts.fail(Reasons.tooManyRows(records.rows(), policy.maxRows()));
        }
        if (records.mostColumns() > policy.maxColumns()) {
            verdicts.fail(Reasons.tooManyColumns(policy.maxColumns()));
        }
        verdicts.counted(records.rows(), records.columns());
    }

    private void bounds(CsvRecords records, long lines, Verdicts verdicts) {
        verdicts.made(Check.LINES, Check.FIELD_LENGTH);
        if (lines > policy.maxPhysicalLines()) {
            verdicts.fail(Reasons.tooManyLines(lines, policy.maxPhysicalLines()));
        }
        if (records.longestField() > policy.longestField()) {
            verdicts.fail(Reasons.fieldTooLong(policy.longestField()));
        }
    }
}

package org.securebackend.runner.outputs.release;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;
import org.securebackend.runner.outputs.release.ReleaseCheck.Finding;

/** Looks at a CSV file's header, records, lines and fields (section 9). */
final class CsvCheck {
    private static final int SMALLEST_BUFFER_CHARACTERS = 1024 * 1024;

    private final ReleasePolicy policy;
    private final char separator;

    CsvCheck(ReleasePolicy policy, char separator) {
        this.policy = policy;
        this.separator = separator;
    }

    Finding check(InputStream bytes) throws IOException {
        try (TextReader text = new TextReader(bytes)) {
            var records = new CsvRecords(new Identifiers(policy.identifierColumns()));
            try {
                readAll(text, records);
            } catch (CsvParseException e) {
                return Finding.of(List.of(unreadable(records)));
            } catch (UncheckedIOException e) {
                if (e.getCause() instanceof TextReader.NotTextException) {
                    return Finding.of(List.of(Reasons.NOT_PLAIN_TEXT));
                }
                throw e.getCause();
            } catch (TextReader.NotTextException e) {
                return Finding.of(List.of(Reasons.NOT_PLAIN_TEXT));
            }
            return new Finding(
                    reasons(records, text.lines()),
                    OptionalLong.of(records.rows()),
                    OptionalLong.of(records.columns()));
        }
    }

    private void readAll(TextReader text, CsvRecords records) throws IOException {
        try (CsvReader<CsvRecords> csv =
                CsvReader.builder()
                        .fieldSeparator(separator)
                        .quoteCharacter('"')
                        .skipEmptyLines(true)
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

    private String unreadable(CsvRecords records) {
        return records.longestField() > policy.longestField()
                ? Reasons.fieldTooLong(policy.longestField())
                : Reasons.NOT_READABLE_CSV;
    }

    private List<String> reasons(CsvRecords records, long lines) {
        var reasons = new ArrayList<String>();
        records.identifier().ifPresent(name -> reasons.add(Reasons.identifierColumn(name)));
        if (records.rows() > policy.maxRows()) {
            reasons.add(Reasons.tooManyRows(records.rows(), policy.maxRows()));
        }
        if (lines > policy.maxPhysicalLines()) {
            reasons.add(Reasons.tooManyLines(lines, policy.maxPhysicalLines()));
        }
        if (records.longestField() > policy.longestField()) {
            reasons.add(Reasons.fieldTooLong(policy.longestField()));
        }
        return reasons;
    }
}

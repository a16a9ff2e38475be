package org.securebackend.runner.outputs.release;

import java.util.Locale;
import org.securebackend.runner.job.CheckResult.Check;

/**
 * Why files are kept out of level 4, in short. Constants and numbers only: these texts leave the
 * backend.
 */
final class Reasons {
    private static final double MEBIBYTE = 1024.0 * 1024;

    static final Reason WRONG_TYPE = reason(Check.FILE_TYPE, "File type is not valid for level 4");
    static final Reason NO_CHECK = reason(Check.FILE_TYPE, "There is no check for this file type");
    static final Reason NOT_PLAIN_TEXT =
            reason(Check.CONTENT, "File is not plain UTF-8 text and cannot be checked");
    static final Reason NOT_READABLE_CSV =
            reason(Check.CONTENT, "File is not a readable CSV and cannot be checked");
    static final Reason NOT_READABLE_JSON =
            reason(Check.CONTENT, "File is not readable JSON and cannot be checked");
    static final Reason NOT_READABLE_SVGZ =
            reason(Check.CONTENT, "File cannot be decompressed and checked");
    static final Reason NOT_AN_IMAGE =
            reason(Check.CONTENT, "File is not the kind of image that its name says");
    static final Reason NOT_MARKUP =
            reason(Check.CONTENT, "File is not the kind of document that its name says");
    static final Reason NOT_FINISHED =
            reason(Check.CONTENT, "The checks of the file could not be finished");
    static final Reason EMBEDDED_FILE =
            reason(Check.EMBEDDED_DATA, "File has other data embedded in it");

    private Reasons() {}

    private static Reason reason(Check check, String text) {
        return new Reason(check, text);
    }

    static Reason tooLarge(long bytes, long most) {
        return reason(
                Check.SIZE,
                String.format(
                        Locale.ROOT,
                        "File size of %.2fMiB is larger than limit of %.2fMiB",
                        bytes / MEBIBYTE,
                        most / MEBIBYTE));
    }

    static Reason identifierColumn(String name) {
        return reason(Check.IDENTIFIER_COLUMN, "File has a %s column".formatted(name));
    }

    static Reason tooManyRows(long rows, long most) {
        return reason(
                Check.ROWS,
                "File row count (%d) exceeds maximum allowed rows (%d)".formatted(rows, most));
    }

    static Reason tooManyEntries(long most) {
        return reason(
                Check.ROWS,
                "File has a table or list with more entries than the maximum allowed (%d)"
                        .formatted(most));
    }

    static Reason tooManyColumns(long most) {
        return reason(
                Check.COLUMNS,
                "File has more columns than the maximum allowed (%d)".formatted(most));
    }

    static Reason tooManyLines(long lines, long most) {
        return reason(
                Check.LINES,
                "File has more lines (%d) than the maximum allowed (%d)".formatted(lines, most));
    }

    static Reason fieldTooLong(int most) {
        return reason(
                Check.FIELD_LENGTH,
                "File has a field or line longer than the maximum allowed (%d characters)"
                        .formatted(most));
    }
}

package org.securebackend.runner.outputs.release;

import java.util.Locale;

/**
 * Why files are kept out of level 4, in short. Constants and numbers only: these texts leave the
 * backend.
 */
final class Reasons {
    private static final double MEBIBYTE = 1024.0 * 1024;

    static final String NOT_PLAIN_TEXT = "File is not plain UTF-8 text and cannot be checked";
    static final String NOT_READABLE_CSV = "File is not a readable CSV and cannot be checked";
    static final String NOT_READABLE_JSON = "File is not readable JSON and cannot be checked";
    static final String NOT_READABLE_SVGZ = "File cannot be decompressed and checked";
    static final String NOT_AN_IMAGE = "File is not the kind of image that its name says";
    static final String NOT_MARKUP = "File is not the kind of document that its name says";
    static final String EMBEDDED_FILE = "File has other data embedded in it";
    static final String NO_CHECK = "There is no check for this file type";

    private Reasons() {}

    static String tooLarge(long bytes, long most) {
        return String.format(
                Locale.ROOT,
                "File size of %.2fMiB is larger than limit of %.2fMiB",
                bytes / MEBIBYTE,
                most / MEBIBYTE);
    }

    static String wrongType() {
        return "File type is not valid for level 4";
    }

    static String identifierColumn(String name) {
        return "File has a %s column".formatted(name);
    }

    static String tooManyRows(long rows, long most) {
        return "File row count (%d) exceeds maximum allowed rows (%d)".formatted(rows, most);
    }

    static String tooManyLines(long lines, long most) {
        return "File has more lines (%d) than the maximum allowed (%d)".formatted(lines, most);
    }

    static String fieldTooLong(int most) {
        return "File has a field or line longer than the maximum allowed (%d characters)"
                .formatted(most);
    }

    static String tooManyEntries(long most) {
        return "File has a table or list with more entries than the maximum allowed (%d)"
                .formatted(most);
    }
}

package org.securebackend.runner.outputs.release;

import java.util.Set;

/**
 * What level 4 takes. The whole of the rules; everything else in this room finds out whether a file
 * keeps them.
 *
 * @param fileTypes suffixes with their dot, letter case counts
 * @param maxBytes size of a file, and of a compressed one when unpacked
 * @param maxRows records below the header of a CSV file; also rows of any other table, and entries
 *     of a list
 * @param maxColumns cells of a record: a table on its side has its rows there
 * @param identifierColumns names of columns that stand for single persons; letter case and the
 *     signs between their words do not count
 * @param maxPhysicalLines lines of a text, whatever its records are
 * @param longestField characters of one field, or of one line of plain text
 */
public record ReleasePolicy(
        Set<String> fileTypes,
        long maxBytes,
        long maxRows,
        int maxColumns,
        Set<String> identifierColumns,
        long maxPhysicalLines,
        int longestField) {

    public ReleasePolicy {
        fileTypes = Set.copyOf(fileTypes);
        identifierColumns = Set.copyOf(identifierColumns);
    }

    /** The limits of the existing backends, with bounds where they could be fooled. */
    public static ReleasePolicy standard() {
        return new ReleasePolicy(
                Set.of(
                        ".csv", ".jpg", ".jpeg", ".png", ".svg", ".svgz", ".html", ".txt", ".log",
                        ".json", ".md"),
                16_777_216,
                5000,
                5000,
                Set.of("patient_id"),
                10_000,
                32_768);
    }
}

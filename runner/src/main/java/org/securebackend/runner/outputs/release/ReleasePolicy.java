package org.securebackend.runner.outputs.release;

import java.util.Set;

/**
 * What level 4 takes.
 *
 * @param fileTypes suffixes with their dot, letter case counts
 * @param maxBytes size of a file
 * @param maxRows records below the header of a CSV file; also rows of a table in HTML and entries
 *     of a list in JSON
 * @param identifierColumns names of columns that stand for single persons, lower case
 * @param maxPhysicalLines lines of a text, whatever its records are
 * @param longestField characters of one field, or of one line of plain text
 */
public record ReleasePolicy(
        Set<String> fileTypes,
        long maxBytes,
        long maxRows,
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
                Set.of("patient_id"),
                10_000,
                32_768);
    }
}

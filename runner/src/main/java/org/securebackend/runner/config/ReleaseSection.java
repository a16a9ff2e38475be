package org.securebackend.runner.config;

import java.util.List;
import java.util.Set;

/**
 * What level 4 takes.
 *
 * @param fileTypes suffixes with their dot
 * @param maxFileBytes size of a file
 * @param maxCsvRows records below the header
 * @param maxColumns cells of a record
 * @param maxLines lines of a text, whatever its records are
 * @param longestField characters of a field or line
 * @param identifierColumns names of columns that stand for single persons, lower case
 * @param jobLog whether researchers see the job's log there
 */
public record ReleaseSection(
        Set<String> fileTypes,
        long maxFileBytes,
        int maxCsvRows,
        int maxColumns,
        int maxLines,
        int longestField,
        Set<String> identifierColumns,
        JobLog jobLog) {

    /** Whether researchers see the job's log. */
    public enum JobLog {
        /** Bounded, and with known secrets masked. */
        RELEASED,
        WITHHELD
    }

    private static final List<String> USUAL_TYPES =
            List.of(
                    ".csv", ".jpg", ".jpeg", ".png", ".svg", ".svgz", ".html", ".txt", ".log",
                    ".json", ".md");

    private static final Setting<List<String>> FILE_TYPES =
            Setting.of("release.file_types", Forms.TEXTS.checked(ReleaseSection::checkTypes));
    private static final Setting<Long> MAX_FILE_BYTES =
            Setting.of("release.max_file_size", Forms.SIZE).variable("LEVEL4_MAX_FILESIZE");
    private static final Setting<Integer> MAX_CSV_ROWS =
            Setting.of("release.max_csv_rows", Forms.integer(0, Integer.MAX_VALUE))
                    .variable("LEVEL4_MAX_CSV_ROWS");
    private static final Setting<Integer> MAX_COLUMNS =
            Setting.of("release.max_columns", Forms.integer(1, 1_000_000));
    private static final Setting<Integer> MAX_LINES =
            Setting.of("release.max_lines", Forms.integer(0, Integer.MAX_VALUE));
    private static final Setting<Integer> LONGEST_FIELD =
            Setting.of("release.longest_field", Forms.integer(1, Integer.MAX_VALUE));
    private static final Setting<List<String>> IDENTIFIERS =
            Setting.of("release.identifier_columns", Forms.TEXTS);
    private static final Setting<JobLog> JOB_LOG =
            Setting.of("release.job_log", Forms.choice(JobLog.class));

    public ReleaseSection {
        fileTypes = Set.copyOf(fileTypes);
        identifierColumns = Set.copyOf(identifierColumns);
    }

    static ReleaseSection read(SettingReader settings) {
        return new ReleaseSection(
                Set.copyOf(settings.get(FILE_TYPES, USUAL_TYPES)),
                settings.get(MAX_FILE_BYTES, 16L << 20),
                settings.get(MAX_CSV_ROWS, 5000),
                settings.get(MAX_COLUMNS, 5000),
                settings.get(MAX_LINES, 10_000),
                settings.get(LONGEST_FIELD, 32_768),
                Forms.lowerCase(settings.get(IDENTIFIERS, List.of("patient_id"))),
                settings.get(JOB_LOG, JobLog.RELEASED));
    }

    private static List<String> checkTypes(List<String> types) {
        for (String type : types) {
            if (!type.startsWith(".") || type.length() < 2 || type.indexOf('/') >= 0) {
                throw Forms.unfit("must be suffixes with their dot, such as .csv", type);
            }
        }
        return types;
    }
}

package org.securebackend.runner.job;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.securebackend.runner.pipeline.PrivacyLevel;

/**
 * What a job left, as people read it: a table for each level, then what was kept out of level 4,
 * what was not collected, what matched nothing, and notes. File names stand last or in lines of
 * their own, so that the figures stay in line however long names are. Texts are as they are:
 * whoever shows them makes them printable.
 */
public final class OutputReport {
    private static final int SHORT_HASH = 12;
    private static final int LONGEST_PADDED = 44;
    private static final String INDENT = "  ";
    private static final String OWN_LINE = "      ";

    private final Limits limits;
    private final List<String> lines = new ArrayList<>();

    private OutputReport(Limits limits) {
        this.limits = limits;
    }

    /**
     * How much is shown.
     *
     * @param width of a line, where a name allows it
     * @param rows of each table and list
     */
    public record Limits(int width, int rows) {}

    /** Where a job's files are. */
    public enum Whereabouts {
        /** In place, and those that passed the checks at level 4. */
        IN_PLACE,
        /** Where only operators look: the job did not succeed, or has not ended. */
        KEPT_ASIDE;

        /** Of the files of a job in this state. */
        public static Whereabouts of(Job job) {
            return job.state() instanceof JobState.Succeeded ? IN_PLACE : KEPT_ASIDE;
        }
    }

    /** The whole report, line by line. */
    public static List<String> of(JobResults results, Whereabouts whereabouts, Limits limits) {
        var report = new OutputReport(limits);
        if (whereabouts == Whereabouts.KEPT_ASIDE && !results.outputs().isEmpty()) {
            report.lines.add("None of these files is in the workspace: the job has not succeeded.");
        }
        report.addOutputs(results.outputs());
        report.addPairs(
                "Invalid moderately_sensitive outputs, not made available at level 4:",
                results.outputs().stream()
                        .filter(file -> file.notReleased().isPresent())
                        .map(file -> new Pair(file.path(), file.notReleased().orElse("")))
                        .toList());
        report.addPairs(
                "Not collected:",
                results.notCollected().stream()
                        .map(file -> new Pair(file.path(), file.why()))
                        .toList());
        report.addList("Patterns that matched no file:", results.unmatchedPatterns());
        if (!results.unmatchedPatterns().isEmpty()) {
            report.addList(
                    "New files that matched no pattern, did you mean one of these?",
                    results.unmatchedFiles());
        }
        report.addList("Notes:", results.notes());
        return report.lines;
    }

    private void addOutputs(List<OutputFile> outputs) {
        if (outputs.isEmpty()) {
            lines.add("No outputs.");
            return;
        }
        Map<PrivacyLevel, List<OutputFile>> byLevel =
                outputs.stream().collect(groupingBy(OutputFile::level, TreeMap::new, toList()));
        byLevel.forEach((level, files) -> {
            addHeading(
                    "%s, %,d %s, %s:"
                            .formatted(
                                    level.key(),
                                    files.size(),
                                    files.size() == 1 ? "file" : "files",
                                    ByteCount.of(
                                            files.stream().mapToLong(OutputFile::bytes).sum())));
            addTable(files.stream().limit(limits.rows()).toList());
            addRest(files.size());
        });
    }

    /** A column and how it stands: numbers end, words begin, at the same place. */
    private record Column(String heading, Align align, Function<OutputFile, String> cell) {
        int width(List<OutputFile> files) {
            return Math.max(
                    heading.length(),
                    files.stream().mapToInt(file -> length(cell.apply(file))).max().orElse(0));
        }

        String padded(String text, int width) {
            String blanks = " ".repeat(width - length(text));
            return switch (align) {
                case LEFT -> text + blanks;
                case RIGHT -> blanks + text;
            };
        }
    }

    private enum Align {
        LEFT,
        RIGHT
    }

    private static final List<Column> COLUMNS =
            List.of(
                    new Column("SIZE", Align.RIGHT, file -> ByteCount.of(file.bytes())),
                    new Column("BYTES", Align.RIGHT, file -> number(file.bytes())),
                    new Column(
                            "ROWS",
                            Align.RIGHT,
                            file ->
                                    file.rows().isPresent()
                                            ? number(file.rows().getAsLong())
                                            : "-"),
                    new Column(
                            "SHA-256", Align.LEFT, file -> file.sha256().substring(0, SHORT_HASH)),
                    new Column("LEVEL 4", Align.LEFT, OutputReport::fate));

    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static String fate(OutputFile file) {
        return switch (file.level()) {
            case MODERATELY_SENSITIVE -> file.isReleased() ? "passed" : "kept out";
            case HIGHLY_SENSITIVE, MINIMALLY_SENSITIVE -> "no";
        };
    }

    private void addTable(List<OutputFile> files) {
        int[] widths = COLUMNS.stream().mapToInt(column -> column.width(files)).toArray();
        addRow(widths, Column::heading, "FILE");
        for (OutputFile file : files) {
            addRow(widths, column -> column.cell().apply(file), file.path());
        }
    }

    private void addRow(int[] widths, Function<Column, String> cell, String name) {
        var line = new StringBuilder(INDENT);
        for (int i = 0; i < widths.length; i++) {
            Column column = COLUMNS.get(i);
            line.append(column.padded(cell.apply(column), widths[i])).append(INDENT);
        }
        if (line.length() + length(name) <= limits.width()) {
            lines.add(line + name);
        } else {
            lines.add(line.toString().stripTrailing());
            lines.add(OWN_LINE + name);
        }
    }

    /** A file and what there is to say of it. */
    private record Pair(String path, String remark) {}

    private void addPairs(String heading, List<Pair> pairs) {
        if (pairs.isEmpty()) {
            return;
        }
        addHeading(heading);
        List<Pair> shown = pairs.stream().limit(limits.rows()).toList();
        int width =
                shown.stream()
                        .mapToInt(pair -> length(pair.path()))
                        .filter(length -> length <= LONGEST_PADDED)
                        .max()
                        .orElse(0);
        for (Pair pair : shown) {
            if (length(pair.path()) <= width) {
                String blanks = " ".repeat(width - length(pair.path()));
                lines.add(INDENT + pair.path() + blanks + "  - " + pair.remark());
            } else {
                lines.add(INDENT + pair.path());
                lines.add(OWN_LINE + "- " + pair.remark());
            }
        }
        addRest(pairs.size());
    }

    private void addList(String heading, List<String> entries) {
        if (!entries.isEmpty()) {
            addHeading(heading);
            entries.stream().limit(limits.rows()).forEach(entry -> lines.add(INDENT + entry));
            addRest(entries.size());
        }
    }

    private void addHeading(String heading) {
        if (!lines.isEmpty()) {
            lines.add("");
        }
        lines.add(heading);
    }

    private void addRest(int all) {
        if (all > limits.rows()) {
            lines.add(INDENT + "... and %s more".formatted(number((long) all - limits.rows())));
        }
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }
}

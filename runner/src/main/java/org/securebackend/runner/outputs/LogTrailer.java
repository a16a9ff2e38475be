package org.securebackend.runner.outputs;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.StringJoiner;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobResults;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.job.OutputFile;
import org.securebackend.runner.outputs.matching.OutputNames;
import org.securebackend.runner.pipeline.PrivacyLevel;

/** What stands below a job's log (executor-and-outputs.md, section 11). */
final class LogTrailer {
    private static final int SHORT_HASH = 12;

    private LogTrailer() {}

    /** The facts of a job, in order; those that are not known are left out. */
    static SequencedMap<String, String> facts(JobLog log) {
        Job job = log.job();
        SequencedMap<String, String> facts = new LinkedHashMap<>();
        facts.put("job_definition_id", job.id().value());
        facts.put("job_definition_request_id", job.definition().request().value());
        job.definition()
                .work()
                .ifPresent(work -> facts.put("commit", work.code().commit().value()));
        job.image().ifPresent(image -> facts.put("docker_image_id", image.value()));
        log.exit().ifPresent(exit -> facts.put("exit_code", Integer.toString(exit.code())));
        facts.put("status_message", OutputNames.printable(log.message()));
        facts.put("created_at", epochSeconds(job.definition().createdAt()));
        completedAt(job).ifPresent(end -> facts.put("completed_at", epochSeconds(end)));
        job.definition()
                .work()
                .map(work -> work.databaseName())
                .filter(name -> !name.isEmpty())
                .ifPresent(name -> facts.put("database_name", OutputNames.printable(name)));
        return facts;
    }

    static Optional<Instant> completedAt(Job job) {
        return job.state() instanceof JobState.Done done
                ? Optional.of(done.finishedAt())
                : Optional.empty();
    }

    private static String epochSeconds(Instant time) {
        return Long.toString(time.getEpochSecond());
    }

    /** The whole trailer, from its blank line on. */
    static String text(JobLog log) {
        var lines = new ArrayList<String>();
        lines.add("");
        facts(log).forEach((key, value) -> lines.add(key + ": " + value));
        log.results().ifPresent(results -> addResults(lines, results));
        return String.join("\n", lines) + "\n";
    }

    private static void addResults(List<String> lines, JobResults results) {
        lines.add("");
        addOutputs(lines, results.outputs());
        addSection(
                lines,
                "Invalid moderately_sensitive outputs, not made available at level 4:",
                results.outputs().stream()
                        .filter(file -> file.notReleased().isPresent())
                        .map(file -> new Row(file.path(), file.notReleased().orElse("")))
                        .toList());
        addSection(
                lines,
                "Not collected:",
                results.notCollected().stream()
                        .map(file -> new Row(file.path(), file.why()))
                        .toList());
        addList(lines, "Patterns that matched no file:", results.unmatchedPatterns());
        if (!results.unmatchedPatterns().isEmpty()) {
            addList(
                    lines,
                    "New files that matched no pattern, did you mean one of these?",
                    results.unmatchedFiles());
        }
        addList(lines, "Notes:", results.notes());
    }

    /** A path and what there is to say of it. */
    private record Row(String path, String remark) {}

    private static void addOutputs(List<String> lines, List<OutputFile> outputs) {
        lines.add("outputs:");
        if (outputs.isEmpty()) {
            lines.add("  (no outputs)");
        }
        addRows(lines, outputs.stream().map(file -> new Row(file.path(), describe(file))).toList());
    }

    private static String describe(OutputFile file) {
        var words = new StringJoiner(", ");
        words.add(file.level().key());
        words.add(file.bytes() + " bytes");
        file.rows().ifPresent(rows -> words.add(rows + " rows"));
        words.add("sha256 " + file.sha256().substring(0, SHORT_HASH));
        if (file.level() == PrivacyLevel.MODERATELY_SENSITIVE) {
            words.add(file.isReleased() ? "passed the checks for level 4" : "kept out of level 4");
        }
        return words.toString();
    }

    private static void addSection(List<String> lines, String heading, List<Row> rows) {
        if (!rows.isEmpty()) {
            lines.add("");
            lines.add(heading);
            addRows(lines, rows);
        }
    }

    private static void addRows(List<String> lines, List<Row> rows) {
        int width = rows.stream().mapToInt(row -> row.path().length()).max().orElse(0);
        for (Row row : rows) {
            lines.add("  " + padded(row.path(), width) + "  - " + row.remark());
        }
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(width - text.length());
    }

    private static void addList(List<String> lines, String heading, List<String> entries) {
        if (!entries.isEmpty()) {
            lines.add("");
            lines.add(heading);
            entries.forEach(entry -> lines.add("  " + OutputNames.printable(entry)));
        }
    }
}

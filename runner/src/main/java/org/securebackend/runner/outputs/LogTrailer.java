package org.securebackend.runner.outputs;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobResults;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.job.OutputFile;
import org.securebackend.runner.job.OutputReport;
import org.securebackend.runner.outputs.matching.OutputNames;

/** What stands below a job's log (executor-and-outputs.md, section 11). */
final class LogTrailer {
    private static final OutputReport.Limits REPORT = new OutputReport.Limits(100, 1_000);

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
        log.results().ifPresent(results -> addResults(lines, log.job(), results));
        return String.join("\n", lines) + "\n";
    }

    private static void addResults(List<String> lines, Job job, JobResults results) {
        lines.add("");
        addOutputs(lines, results.outputs());
        lines.add("");
        OutputReport.of(results, OutputReport.Whereabouts.of(job), REPORT)
                .forEach(line -> lines.add(OutputNames.printable(line)));
    }

    /** Each output and its level, as every version of the runner has listed them. */
    private static void addOutputs(List<String> lines, List<OutputFile> outputs) {
        lines.add("outputs:");
        if (outputs.isEmpty()) {
            lines.add("  (no outputs)");
        }
        List<OutputFile> shown = outputs.stream().limit(REPORT.rows()).toList();
        int width = shown.stream().mapToInt(file -> file.path().length()).max().orElse(0);
        for (OutputFile file : shown) {
            String blanks = " ".repeat(width - file.path().length());
            lines.add("  " + file.path() + blanks + "  - " + file.level().key());
        }
        if (outputs.size() > shown.size()) {
            lines.add(
                    "  ... and %d more, all of them in metadata.json"
                            .formatted(outputs.size() - shown.size()));
        }
    }
}

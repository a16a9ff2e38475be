package org.securebackend.runner.cli;

import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.securebackend.runner.config.JobSection;
import org.securebackend.runner.config.ResourceWeights;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.JobMetrics;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.job.Work;
import org.securebackend.runner.server.WireStatus;

/**
 * What {@code top} shows at one moment.
 *
 * @param open jobs that wait or run, oldest first
 * @param metrics what the running ones have used, as far as it was measured
 */
record TopView(List<Job> open, Map<JobId, JobMetrics> metrics, JobSection limits, Instant now) {
    private static final int LONGEST_NAME = 30;

    void print(OptionalInt width, PrintWriter out) {
        List<Job> running =
                open.stream().filter(job -> job.state() instanceof JobState.Active).toList();
        out.println(
                "%s UTC   workers %s of %d   database jobs %d of %d   waiting %d"
                        .formatted(
                                Times.utc(now).substring(11, 19),
                                number(running.stream().mapToDouble(this::weight).sum()),
                                limits.workers(),
                                running.stream().filter(TopView::asksForDatabase).count(),
                                limits.databaseWorkers(),
                                open.size() - running.size()));
        out.println();
        if (running.isEmpty()) {
            out.println("Nothing runs.");
            return;
        }
        table(running, width).print(out);
    }

    private Table table(List<Job> running, OptionalInt width) {
        int idLength = ShortIds.length(running);
        var table =
                new Table(
                        width,
                        "JOB",
                        "WEIGHT",
                        "CPU %",
                        "MEM MiB",
                        "PEAK MiB",
                        "RUNTIME",
                        "STATE",
                        "WORKSPACE",
                        "ACTION");
        for (Job job : running) {
            Optional<JobMetrics> used = Optional.ofNullable(metrics.get(job.id()));
            table.row(
                    job.id().value().substring(0, idLength),
                    number(weight(job)),
                    rounded(used.map(metric -> metric.processor().sample())),
                    rounded(used.map(metric -> metric.memory().sample())),
                    rounded(used.map(metric -> metric.memory().peak())),
                    Times.runtime(job, now),
                    WireStatus.of(job.state()).code(),
                    Table.cut(workspace(job), LONGEST_NAME),
                    Printable.of(job.definition().action().value()));
        }
        return table;
    }

    private static String workspace(Job job) {
        return job.definition().work().map(Work::workspace).map(Object::toString).orElse("-");
    }

    private static boolean asksForDatabase(Job job) {
        return job.definition().work().filter(Work::requiresDatabase).isPresent();
    }

    private double weight(Job job) {
        return limits.weights().rules().stream()
                .filter(rule -> rule.workspace().equals(workspace(job)))
                .filter(rule -> rule.action().matcher(job.definition().action().value()).matches())
                .mapToDouble(ResourceWeights.Rule::weight)
                .map(weight -> Math.min(weight, limits.workers()))
                .findFirst()
                .orElse(1);
    }

    private static String number(double value) {
        return value == Math.rint(value)
                ? Long.toString(Math.round(value))
                : String.format(Locale.ROOT, "%.1f", value);
    }

    private static String rounded(Optional<Double> value) {
        return value.map(known -> Long.toString(Math.round(known))).orElse("-");
    }
}

package org.securebackend.runner.devserver;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A request, and what is known of its jobs; a snapshot.
 *
 * @param cancelledActions actions that its author gave up
 * @param jobs as reported last, in the order of the report
 */
public record RequestRecord(
        String identifier,
        NewRequest wish,
        Instant createdAt,
        List<String> cancelledActions,
        List<ReportedJob> jobs) {

    public RequestRecord {
        cancelledActions = List.copyOf(cancelledActions);
        jobs = List.copyOf(jobs);
    }

    RequestRecord with(List<ReportedJob> reported) {
        return new RequestRecord(identifier, wish, createdAt, cancelledActions, reported);
    }

    RequestRecord cancelling(List<String> actions) {
        return new RequestRecord(identifier, wish, createdAt, actions, jobs);
    }

    /** Whether runners are told of it: no job is known, or one is pending or running. */
    public boolean isActive() {
        return jobs.isEmpty() || jobs.stream().anyMatch(job -> isOpen(job.progress().status()));
    }

    private static boolean isOpen(String status) {
        return status.equals("pending") || status.equals("running");
    }

    /** Whether every job, and at least one, is completed. */
    public boolean isFinished() {
        return !jobs.isEmpty() && jobs.stream().allMatch(ReportedJob::isCompleted);
    }

    /** Its status from those of its jobs (protocol, section 9). */
    public String status() {
        var statuses =
                jobs.stream().map(job -> job.progress().status()).collect(Collectors.toSet());
        if (statuses.size() == 1) {
            return statuses.iterator().next();
        }
        if (statuses.stream().anyMatch(RequestRecord::isOpen)) {
            return "running";
        }
        return statuses.contains("failed") ? "failed" : "unknown";
    }

    /** The earliest start of a job. */
    public Optional<Instant> startedAt() {
        return jobs.stream()
                .flatMap(job -> job.times().started().stream())
                .min(Comparator.naturalOrder());
    }

    /** The latest completion, once all jobs are completed. */
    public Optional<Instant> finishedAt() {
        return isFinished()
                ? jobs.stream()
                        .flatMap(job -> job.times().completed().stream())
                        .max(Comparator.naturalOrder())
                : Optional.empty();
    }

    /** The runtimes of its completed jobs together. */
    public Optional<Duration> runtime() {
        return jobs.stream().flatMap(job -> job.runtime().stream()).reduce(Duration::plus);
    }

    /** Actions of jobs that can still be cancelled. */
    Stream<String> openActions() {
        return jobs.stream().filter(job -> !job.isCompleted()).map(ReportedJob::action);
    }

    /** {@code HH:MM:SS}, hours not wrapped at 24; {@code -} for nothing. */
    public static String runtimeText(Optional<Duration> runtime) {
        return runtime.filter(time -> time.compareTo(Duration.ofSeconds(1)) >= 0)
                .map(time ->
                        String.format(
                                Locale.ROOT,
                                "%02d:%02d:%02d",
                                time.toHours(),
                                time.toMinutesPart(),
                                time.toSecondsPart()))
                .orElse("-");
    }
}

package org.securebackend.runner.scheduler;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.securebackend.runner.job.WorkspaceName;

/**
 * Shares free slots out. The workspace whose running jobs weigh least comes first; those that are
 * equal take turns: first whose turn was longest ago. Within a workspace the oldest job comes
 * first.
 *
 * <p>Two rules are above that. Database jobs come before others while {@link Load#prefers} says so,
 * so that the database is never idle for want of a worker. And once a job that is overdue is the
 * next in the order of shares, those behind it start only where they take nothing from it. For one
 * decision and one thread.
 */
final class FairShares {
    private final Load load;
    private final JobTable table;
    private final List<Line> lines = new ArrayList<>();
    private final Map<WorkspaceName, Instant> since = new HashMap<>();
    private final Comparator<Offer> byShare;
    private final Comparator<Offer> byPreference;

    /**
     * Jobs that start one after the other, since whatever keeps the first from it keeps all: those
     * of one workspace that are equally heavy and need the same, or one that is overdue.
     */
    private static final class Line {
        private final Urgency urgency;
        private final Deque<Candidate> jobs = new ArrayDeque<>();

        Line(Urgency urgency) {
            this.urgency = urgency;
        }

        Offer offer() {
            return new Offer(this, jobs.element());
        }
    }

    /** A job that is next in its line. */
    private record Offer(Line line, Candidate job) {}

    private enum Urgency {
        OVERDUE,
        ORDINARY
    }

    /**
     * @param load what runs already; what is granted is added to it
     * @param overdue which jobs lighter ones have gone before for too long
     */
    FairShares(
            Collection<Candidate> candidates,
            Load load,
            JobTable table,
            Predicate<Candidate> overdue) {
        this.load = load;
        this.table = table;
        byShare =
                Comparator.comparingLong((Offer offer) -> load.of(offer.job().workspace()))
                        .thenComparing(offer -> since.get(offer.job().workspace()))
                        .thenComparing(offer -> offer.job().workspace().value())
                        .thenComparing(offer -> offer.line().urgency)
                        .thenComparing(offer -> offer.job().createdAt())
                        .thenComparing(offer -> offer.job().access());
        byPreference =
                Comparator.comparing((Offer offer) -> !load.prefers(offer.job()))
                        .thenComparingLong(this::shareOfWhatIsScarce)
                        .thenComparing(byShare);
        candidates.forEach(this::noteSince);
        fillLines(candidates, overdue);
    }

    private long shareOfWhatIsScarce(Offer offer) {
        return load.prefers(offer.job()) ? load.ofDatabaseJobs(offer.job().workspace()) : 0;
    }

    /** A workspace waits for its turn since its last one, or since it first had a job to start. */
    private void noteSince(Candidate job) {
        since.merge(
                job.workspace(),
                job.createdAt(),
                (one, other) -> one.isBefore(other) ? one : other);
    }

    private void fillLines(Collection<Candidate> candidates, Predicate<Candidate> overdue) {
        record Kind(WorkspaceName workspace, Candidate.Access access, long weight) {}
        var ordinary = new HashMap<Kind, Line>();
        candidates.stream()
                .sorted(Comparator.comparing(Candidate::createdAt))
                .forEach(job -> {
                    Line line =
                            overdue.test(job)
                                    ? newLine(Urgency.OVERDUE)
                                    : ordinary.computeIfAbsent(
                                            new Kind(job.workspace(), job.access(), job.weight()),
                                            _ -> newLine(Urgency.ORDINARY));
                    line.jobs.add(job);
                });
        since.replaceAll((workspace, oldest) -> later(oldest, table.lastTurn(workspace)));
    }

    private Line newLine(Urgency urgency) {
        var line = new Line(urgency);
        lines.add(line);
        return line;
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    /** Those that start now, in their order. */
    List<Candidate> grant(Instant now) {
        var granted = new ArrayList<Candidate>();
        Optional<Offer> next = next();
        while (next.isPresent()) {
            Candidate job = next.get().job();
            next.get().line().jobs.remove();
            load.take(job);
            since.put(job.workspace(), now);
            granted.add(job);
            next = next();
        }
        return granted;
    }

    private Optional<Offer> next() {
        lines.removeIf(line -> line.jobs.isEmpty());
        Optional<Offer> reserved =
                lines.stream()
                        .filter(line -> line.urgency == Urgency.OVERDUE)
                        .map(Line::offer)
                        .min(byShare);
        return lines.stream()
                .map(Line::offer)
                .filter(offer -> load.hasRoomFor(offer.job()))
                .filter(offer -> reserved.isEmpty() || mayGoBeside(offer, reserved.get()))
                .min(byPreference);
    }

    private boolean mayGoBeside(Offer offer, Offer reserved) {
        return offer.line().equals(reserved.line())
                || byShare.compare(offer, reserved) < 0
                || load.hasRoomForBoth(offer.job(), reserved.job());
    }
}

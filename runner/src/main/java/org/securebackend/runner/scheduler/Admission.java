package org.securebackend.runner.scheduler;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.securebackend.runner.job.FailureReason.DependencyFailed;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobEvent;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.job.WaitReason;
import org.securebackend.runner.scheduler.Conditions.Switch;

/**
 * Decides which waiting jobs start now, and what the others wait for; {@link FairShares} has the
 * order. Pure; made anew for every decision.
 *
 * <p>Light jobs that fit into what is left start before a heavier one that does not, but not for
 * ever: once it has waited {@link #HEAVY_PATIENCE} for workers it is overdue, and nothing that
 * stands behind it in the order of shares takes from it what it waits for.
 */
final class Admission {
    static final WaitReason EXECUTOR_AWAY =
            new WaitReason.Platform(
                    "Waiting for the backend's container engine, job will start by itself");

    /** How long a heavy job lets others go first. */
    static final Duration HEAVY_PATIENCE = Duration.ofMinutes(10);

    private final JobTable table;
    private final Conditions conditions;
    private final Capacity capacity;
    private final Postponed postponed;

    /** What is to happen to a waiting job. */
    record Decision(Job job, JobEvent event) {}

    /** Jobs that met trouble a moment ago and are not to be tried yet. */
    interface Postponed {
        boolean contains(Job job);
    }

    Admission(JobTable table, Conditions conditions, Capacity capacity, Postponed postponed) {
        this.table = table;
        this.conditions = conditions;
        this.capacity = capacity;
        this.postponed = postponed;
    }

    /**
     * At most one decision for each waiting job; none for those that are postponed or go on
     * waiting.
     */
    List<Decision> decide(Instant now) {
        var decisions = new ArrayList<Decision>();
        var load = new Load(capacity);
        var candidates = new LinkedHashMap<JobId, Candidate>();
        for (Job job : table.jobs()) {
            if (job.state() instanceof JobState.Active) {
                load.take(candidate(job));
            } else if (!postponed.contains(job)) {
                hindrance(job)
                        .ifPresentOrElse(
                                event -> addNews(decisions, job, event),
                                () -> candidates.put(job.id(), candidate(job)));
            }
        }
        if (conditions.executorReachable() != Switch.UNKNOWN) {
            shareOut(candidates, load, now).forEach(decisions::add);
        }
        return decisions;
    }

    /** That a job still waits for what it waited for is no decision: there may be thousands. */
    private static void addNews(List<Decision> decisions, Job job, JobEvent event) {
        boolean known =
                event instanceof JobEvent.Blocked(var reason)
                        && job.state() instanceof JobState.Waiting(var before)
                        && before.equals(reason);
        if (!known) {
            decisions.add(new Decision(job, event));
        }
    }

    private Candidate candidate(Job job) {
        return new Candidate(
                job,
                Math.round(capacity.weightOf(job) * Load.WORKER),
                conditions.hasDatabaseAccess(job)
                        ? Candidate.Access.DATABASE
                        : Candidate.Access.NONE);
    }

    private Stream<Decision> shareOut(Map<JobId, Candidate> candidates, Load load, Instant now) {
        long lightest = candidates.values().stream().mapToLong(Candidate::weight).min().orElse(0);
        var shares =
                new FairShares(
                        candidates.values(),
                        load,
                        table,
                        job -> job.weight() > lightest && hasWaitedLong(job.job(), now));
        List<Candidate> granted = shares.grant(now);
        granted.forEach(job -> candidates.remove(job.job().id()));
        return Stream.concat(
                granted.stream().map(job -> new Decision(job.job(), new JobEvent.SlotGranted())),
                candidates.values().stream()
                        .map(job ->
                                new Decision(
                                        job.job(), new JobEvent.Blocked(load.shortageOf(job)))));
    }

    private static boolean hasWaitedLong(Job job, Instant now) {
        return job.state() instanceof JobState.Waiting(WaitReason.Workers _)
                && !job.changedAt().plus(HEAVY_PATIENCE).isAfter(now);
    }

    private Optional<JobEvent> hindrance(Job job) {
        var lost = table.lostNeed(job.id());
        if (lost.isPresent()) {
            return Optional.of(
                    new JobEvent.DependencyLost(new DependencyFailed(lost.get().action())));
        }
        return waitReason(job).map(JobEvent.Blocked::new);
    }

    private Optional<WaitReason> waitReason(Job job) {
        if (conditions.paused().isOn()) {
            return Optional.of(whilePaused(job));
        }
        if (conditions.databaseMaintenance().isOn() && conditions.hasDatabaseAccess(job)) {
            return Optional.of(new WaitReason.DatabaseMaintenance());
        }
        if (table.waitsForOthers(job.id())) {
            return Optional.of(new WaitReason.Dependencies());
        }
        return conditions.executorReachable() == Switch.OFF
                ? Optional.of(EXECUTOR_AWAY)
                : Optional.empty();
    }

    /** A job that was put back for a restart of the host goes on saying so. */
    private static WaitReason whilePaused(Job job) {
        return job.state() instanceof JobState.Waiting(WaitReason.Reboot reboot)
                ? reboot
                : new WaitReason.Paused();
    }
}

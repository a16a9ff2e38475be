package org.securebackend.runner.scheduler;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import org.securebackend.runner.job.FailureReason.DependencyFailed;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobEvent;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.job.WaitReason;
import org.securebackend.runner.job.WorkspaceName;

/**
 * Decides which waiting jobs start now, and what the others wait for. Workspaces get fair shares:
 * the one with the fewest running jobs comes first; within a workspace database jobs come first,
 * then the oldest. Pure; made anew for every decision.
 *
 * <p>Light jobs that fit into what is left start before a heavy one that does not, but not for
 * ever: once a heavy job has waited {@link #HEAVY_PATIENCE} for workers, nothing that stands behind
 * it in line starts before it does. It waits no longer than that, the rest of what runs, and its
 * fair turn.
 */
final class Admission {
    static final WaitReason EXECUTOR_AWAY =
            new WaitReason.Platform(
                    "Waiting for the backend's container engine, job will start by itself");

    /** How long a heavy job lets others go first. */
    static final Duration HEAVY_PATIENCE = Duration.ofMinutes(10);

    /** Weights are fractions such as 0.1, whose sums are not exact. */
    private static final double ROUNDING = 1e-9;

    private final JobTable table;
    private final Conditions conditions;
    private final Capacity capacity;
    private final Postponed postponed;

    private final Map<WorkspaceName, Integer> runningInWorkspace = new HashMap<>();
    private double load;
    private int databaseJobs;
    private boolean doorIsClosed;

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

    /** At most one decision for each waiting job; none for those that are postponed. */
    List<Decision> decide(Instant now) {
        var decisions = new ArrayList<Decision>();
        var lanes = new LinkedHashMap<WorkspaceName, Lane>();
        for (Job job : table.jobs()) {
            if (job.state() instanceof JobState.Active) {
                occupy(job);
            } else if (!postponed.contains(job)) {
                hindrance(job)
                        .ifPresentOrElse(
                                event -> decisions.add(new Decision(job, event)),
                                () -> lane(lanes, job).candidates.add(job));
            }
        }
        grantSlots(lanes, decisions, now);
        return decisions;
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
        return conditions.executorReachable().isOn()
                ? Optional.empty()
                : Optional.of(EXECUTOR_AWAY);
    }

    /** A job that was put back for a restart of the host goes on saying so. */
    private static WaitReason whilePaused(Job job) {
        return job.state() instanceof JobState.Waiting(WaitReason.Reboot reboot)
                ? reboot
                : new WaitReason.Paused();
    }

    private void grantSlots(Map<WorkspaceName, Lane> lanes, List<Decision> decisions, Instant now) {
        var queue = new PriorityQueue<Lane>(lanes.size() + 1, this::compareLanes);
        for (Lane lane : lanes.values()) {
            lane.candidates.sort(this::compareJobs);
            lane.rest = new ArrayDeque<>(lane.candidates);
            queue.add(lane);
        }
        while (!queue.isEmpty()) {
            Lane lane = queue.remove();
            Job job = lane.rest.remove();
            Optional<WaitReason> shortage = shortage(job);
            if (shortage.isEmpty()) {
                occupy(job);
            } else if (hasWaitedLong(job, now)) {
                doorIsClosed = true;
            }
            decisions.add(
                    new Decision(
                            job,
                            shortage.<JobEvent>map(JobEvent.Blocked::new)
                                    .orElseGet(JobEvent.SlotGranted::new)));
            if (!lane.rest.isEmpty()) {
                queue.add(lane);
            }
        }
    }

    private Optional<WaitReason> shortage(Job job) {
        double weight = capacity.weightOf(job);
        if (doorIsClosed || load + weight > capacity.workers() + ROUNDING) {
            return Optional.of(new WaitReason.Workers(weight > 1));
        }
        if (conditions.hasDatabaseAccess(job) && databaseJobs >= capacity.databaseWorkers()) {
            return Optional.of(new WaitReason.DatabaseWorkers());
        }
        return Optional.empty();
    }

    private static boolean hasWaitedLong(Job job, Instant now) {
        return job.state() instanceof JobState.Waiting(WaitReason.Workers(var heavy))
                && heavy
                && !job.changedAt().plus(HEAVY_PATIENCE).isAfter(now);
    }

    private void occupy(Job job) {
        load += capacity.weightOf(job);
        if (conditions.hasDatabaseAccess(job)) {
            databaseJobs++;
        }
        runningInWorkspace.merge(job.work().workspace(), 1, Integer::sum);
    }

    private static Lane lane(Map<WorkspaceName, Lane> lanes, Job job) {
        return lanes.computeIfAbsent(job.work().workspace(), Lane::new);
    }

    /** The jobs of one workspace that could start. */
    private static final class Lane {
        private final WorkspaceName workspace;
        private final List<Job> candidates = new ArrayList<>();
        private Deque<Job> rest = new ArrayDeque<>();

        Lane(WorkspaceName workspace) {
            this.workspace = workspace;
        }
    }

    private int compareLanes(Lane left, Lane right) {
        int byShare = Integer.compare(running(left), running(right));
        return byShare != 0 ? byShare : compareJobs(left.rest.element(), right.rest.element());
    }

    private int running(Lane lane) {
        return runningInWorkspace.getOrDefault(lane.workspace, 0);
    }

    private int compareJobs(Job left, Job right) {
        return Comparator.comparing((Job job) -> !conditions.hasDatabaseAccess(job))
                .thenComparing(job -> job.definition().createdAt())
                .compare(left, right);
    }
}

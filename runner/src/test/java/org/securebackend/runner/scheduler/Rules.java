package org.securebackend.runner.scheduler;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.job.WaitReason;
import org.securebackend.runner.job.Work.Need;
import org.securebackend.runner.job.WorkspaceName;

/**
 * What must hold whenever the scheduler decides, said in other words than its own: checked against
 * each change that it saves, in order.
 */
final class Rules {
    private final Map<JobId, Job> open = new LinkedHashMap<>();
    private final Set<JobId> succeeded = new HashSet<>();
    private final Map<JobId, Instant> readySince = new LinkedHashMap<>();
    private final Map<Passed, Integer> passed = new HashMap<>();

    private final Map<String, List<Double>> waits = new LinkedHashMap<>();
    private Instant last = TestJobs.T0;
    private double workerSeconds;
    private double databaseSeconds;
    private double databaseWantedSeconds;

    /** How often a workspace was served while another one, or a job, waited. */
    private record Passed(Waiting waiting, WorkspaceName served) {}

    /** Waits from the moment when a job could have started, by class, and how full it was. */
    record Waits(Map<String, List<Double>> seconds, double workers, double databaseWorkers) {}

    void arrived(List<Job> jobs, Instant now) {
        jobs.forEach(job -> open.put(job.id(), job));
        noteReady(now);
    }

    // Before each save

    /** The scheduler saves these changes. */
    void saved(Collection<Job> changes, Instant now) {
        account(now);
        for (Job job : changes) {
            Job before = open.get(job.id());
            if (job.state() instanceof JobState.Preparing && before != null && isWaiting(before)) {
                granted(job, now);
            }
        }
        changes.forEach(this::take);
        noteReady(now);
    }

    private void take(Job job) {
        if (job.isDone()) {
            open.remove(job.id());
            if (job.state() instanceof JobState.Succeeded) {
                succeeded.add(job.id());
            }
        } else {
            open.put(job.id(), job);
        }
    }

    private void noteReady(Instant now) {
        for (Job job : open.values()) {
            if (isWaiting(job)
                    && job.work().needs().stream()
                            .map(Need::producer)
                            .allMatch(succeeded::contains)) {
                readySince.putIfAbsent(job.id(), now);
            }
        }
    }

    private void granted(Job job, Instant now) {
        Instant since = readySince.get(job.id());
        require(since != null, job, "starts before what it needs is there");
        require(fits(job), job, "starts where there is no room");
        requireFairShare(job, now);
        requireDatabaseFirst(job, now);
        countTurns(job);
        countPassingOverdue(job, now);
        if (weight(job) > 1 && since != null) {
            Duration bound = Admission.HEAVY_PATIENCE.plus(Simulation.LONGEST.multipliedBy(3));
            require(Duration.between(since, now).compareTo(bound) < 0, job, "waited for ever");
        }
        waits.computeIfAbsent(kind(job), _ -> new ArrayList<>())
                .add(Duration.between(since, now).toMillis() / 1000.0);
        readySince.remove(job.id());
        take(job);
    }

    private void requireFairShare(Job job, Instant now) {
        List<Job> overdue = overdue(now).toList();
        ready().filter(other -> !sameWorkspace(job, other))
                .filter(other -> overdue.stream().noneMatch(heavy -> mayHoldBack(heavy, other)))
                .filter(other -> isDatabaseJob(other) == isDatabaseJob(job))
                .filter(other -> weight(other) <= weight(job))
                .forEach(other -> {
                    boolean fair =
                            isPreferred(other)
                                    ? isPreferred(job)
                                            && databaseLoad(workspace(job))
                                                    <= databaseLoad(workspace(other))
                                    : load(workspace(job)) <= load(workspace(other));
                    require(
                            fair,
                            job,
                            "starts before the one whose workspace has less: " + name(other));
                });
    }

    private boolean mayHoldBack(Job heavy, Job other) {
        return !heavy.id().equals(other.id())
                && load(workspace(heavy)) <= load(workspace(other))
                && !leavesRoom(other, heavy);
    }

    private void requireDatabaseFirst(Job job, Instant now) {
        if (isDatabaseJob(job) || overdue(now).findAny().isPresent()) {
            return;
        }
        ready().filter(Simulation::isDatabaseJob)
                .filter(this::isPreferred)
                .filter(this::fits)
                .forEach(other ->
                        require(false, job, "takes a worker from the database's " + name(other)));
    }

    /** Who has nothing running sees every other workspace served once at most before itself. */
    private void countTurns(Job job) {
        passed.keySet().removeIf(count -> count.waiting().workspace().equals(workspace(job)));
        Set<Turn> waiting = new HashSet<>();
        ready().filter(other -> weight(other) == 1 && load(workspace(other)) == 0)
                .map(Rules::turn)
                .forEach(waiting::add);
        passed.keySet()
                .removeIf(count -> count.waiting() instanceof Turn turn && !waiting.contains(turn));
        for (Turn turn : waiting) {
            if (turn.database() == isDatabaseJob(job) && !turn.workspace().equals(workspace(job))) {
                int times = passed.merge(new Passed(turn, workspace(job)), 1, Integer::sum);
                require(times <= 1, job, "has a second turn before " + turn);
            }
        }
    }

    /** Who waits for its turn; a turn of the workspace begins its count anew. */
    private sealed interface Waiting {
        WorkspaceName workspace();
    }

    private record Turn(WorkspaceName workspace, boolean database) implements Waiting {}

    private record Heavy(WorkspaceName workspace, JobId job) implements Waiting {}

    private static Turn turn(Job job) {
        return new Turn(workspace(job), isDatabaseJob(job));
    }

    /** A heavy job that waited long enough is passed once by each other workspace at most. */
    private void countPassingOverdue(Job job, Instant now) {
        List<Job> overdue = overdue(now).filter(other -> !other.id().equals(job.id())).toList();
        if (overdue.size() != 1) {
            return;
        }
        Job heavy = overdue.getFirst();
        if (load(workspace(heavy)) > 0 || sameWorkspace(job, heavy) || leavesRoom(job, heavy)) {
            return;
        }
        var waiting = new Heavy(workspace(heavy), heavy.id());
        int times = passed.merge(new Passed(waiting, workspace(job)), 1, Integer::sum);
        require(times <= 1, job, "passes the overdue heavy job a second time: " + name(heavy));
    }

    private boolean leavesRoom(Job job, Job heavy) {
        return load() + weight(job) + weight(heavy) <= Simulation.WORKERS
                && !(isDatabaseJob(job) && isDatabaseJob(heavy));
    }

    private Stream<Job> overdue(Instant now) {
        return ready().filter(job -> weight(job) > 1)
                .filter(job ->
                        job.state() instanceof JobState.Waiting(WaitReason.Workers _)
                                && !job.changedAt().plus(Admission.HEAVY_PATIENCE).isAfter(now));
    }

    // After each event

    /** Nothing that could start is left waiting. */
    void requireNoIdleWorkers(Instant now) {
        if (overdue(now).findAny().isPresent()) {
            return;
        }
        ready().forEach(job -> require(!fits(job), job, "waits although there is room"));
    }

    void requireAllDone() {
        open.values().forEach(job -> require(false, job, "never ended: " + job.state()));
    }

    private void account(Instant now) {
        double seconds = Duration.between(last, now).toMillis() / 1000.0;
        last = now;
        workerSeconds += seconds * load() / Simulation.WORKERS;
        if (ready().anyMatch(Simulation::isDatabaseJob)) {
            databaseWantedSeconds += seconds;
            databaseSeconds += seconds * databaseJobs() / Simulation.DATABASE_WORKERS;
        }
    }

    Waits waits() {
        double all = Duration.between(TestJobs.T0, last).toSeconds();
        return new Waits(
                waits, workerSeconds / all, databaseSeconds / Math.max(1, databaseWantedSeconds));
    }

    // The world

    private Stream<Job> ready() {
        return readySince.keySet().stream().map(open::get);
    }

    private Stream<Job> running() {
        return open.values().stream().filter(job -> job.state() instanceof JobState.Active);
    }

    private long load() {
        return running().mapToLong(Simulation::weight).sum();
    }

    private long load(WorkspaceName workspace) {
        return running()
                .filter(job -> workspace(job).equals(workspace))
                .mapToLong(Simulation::weight)
                .sum();
    }

    private long databaseLoad(WorkspaceName workspace) {
        return running()
                .filter(job -> workspace(job).equals(workspace) && isDatabaseJob(job))
                .mapToLong(Simulation::weight)
                .sum();
    }

    private long databaseJobs() {
        return running().filter(Simulation::isDatabaseJob).count();
    }

    private boolean fits(Job job) {
        return load() + weight(job) <= Simulation.WORKERS
                && (!isDatabaseJob(job) || databaseJobs() < Simulation.DATABASE_WORKERS);
    }

    private boolean isPreferred(Job job) {
        long ofDatabase =
                running().filter(Simulation::isDatabaseJob).mapToLong(Simulation::weight).sum();
        return isDatabaseJob(job) && ofDatabase + weight(job) <= Simulation.DATABASE_WORKERS;
    }

    private static boolean isWaiting(Job job) {
        return job.state() instanceof JobState.Waiting;
    }

    private static boolean sameWorkspace(Job one, Job other) {
        return workspace(one).equals(workspace(other));
    }

    private static WorkspaceName workspace(Job job) {
        return job.work().workspace();
    }

    private static long weight(Job job) {
        return Simulation.weight(job);
    }

    private static boolean isDatabaseJob(Job job) {
        return Simulation.isDatabaseJob(job);
    }

    private static String kind(Job job) {
        return (weight(job) > 1 ? "heavy" : "plain") + (isDatabaseJob(job) ? " database" : "");
    }

    private static String name(Job job) {
        return workspace(job) + "/" + job.definition().action();
    }

    private static void require(boolean holds, Job job, String fault) {
        if (!holds) {
            throw new AssertionError(name(job) + " " + fault);
        }
    }
}

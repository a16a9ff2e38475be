package org.securebackend.runner.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.securebackend.runner.scheduler.TestJobs.T0;
import static org.securebackend.runner.scheduler.TestJobs.databaseJob;
import static org.securebackend.runner.scheduler.TestJobs.in;
import static org.securebackend.runner.scheduler.TestJobs.job;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.securebackend.runner.job.FailureReason;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobEvent;
import org.securebackend.runner.job.JobEvent.Blocked;
import org.securebackend.runner.job.JobEvent.SlotGranted;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.job.WaitReason;
import org.securebackend.runner.job.WorkspaceName;
import org.securebackend.runner.pipeline.ActionName;
import org.securebackend.runner.pipeline.DataKind;
import org.securebackend.runner.scheduler.Conditions.Switch;

class AdmissionTest {
    private static final Conditions OPEN =
            new Conditions(Switch.OFF, Switch.OFF, Switch.ON, DataKind.REAL);
    private static final JobState RUNNING = new JobState.Executing(T0);

    @Test
    void jobsStartUntilTheWorkersAreTaken() {
        var events = decide(OPEN, capacity(2, 2), job("w", "a"), job("w", "b"), job("w", "c"));

        assertThat(events)
                .containsEntry("w/a", new SlotGranted())
                .containsEntry("w/b", new SlotGranted())
                .containsEntry("w/c", new Blocked(new WaitReason.Workers(false)));
    }

    @Test
    void workspaceWithFewerRunningJobsComesFirst() {
        var events =
                decide(
                        OPEN,
                        capacity(3, 3),
                        in(job("busy", "a"), RUNNING),
                        in(job("busy", "b"), RUNNING),
                        job("busy", "c"),
                        job("idle", "x"));

        assertThat(events)
                .containsEntry("idle/x", new SlotGranted())
                .containsEntry("busy/c", new Blocked(new WaitReason.Workers(false)));
    }

    @Test
    void oneFloodSharesTheSlotsWithOthers() {
        var jobs =
                List.of(
                        job("flood", "a"),
                        job("flood", "b"),
                        job("flood", "c"),
                        job("flood", "d"),
                        job("calm", "x"),
                        job("calm", "y"));

        var events = decide(OPEN, capacity(4, 4), jobs.toArray(Job[]::new));

        assertThat(granted(events))
                .containsExactlyInAnyOrder("flood/a", "flood/b", "calm/x", "calm/y");
    }

    @Test
    void databaseJobsComeFirstAndHaveTheirOwnLimit() {
        var events =
                decide(
                        OPEN,
                        capacity(3, 1),
                        job("w", "plain"),
                        databaseJob("w", "db1"),
                        databaseJob("w", "db2"));

        assertThat(events)
                .containsEntry("w/db1", new SlotGranted())
                .containsEntry("w/db2", new Blocked(new WaitReason.DatabaseWorkers()))
                .containsEntry("w/plain", new SlotGranted());
    }

    @Test
    void databaseLimitDoesNotHoldOnDummyData() {
        var dummy = new Conditions(Switch.OFF, Switch.OFF, Switch.ON, DataKind.DUMMY);

        var events = decide(dummy, capacity(2, 1), databaseJob("w", "a"), databaseJob("w", "b"));

        assertThat(granted(events)).hasSize(2);
    }

    @Test
    void oldestOfAWorkspaceComesFirst() {
        var events =
                decide(
                        OPEN,
                        capacity(1, 1),
                        job("w", "young", false, T0.plusSeconds(9)),
                        job("w", "old", false, T0));

        assertThat(granted(events)).containsExactly("w/old");
    }

    @Test
    void heavyJobTakesItsWeight() {
        var capacity = weighted(4, "heavy.*", 3);

        var events =
                decide(OPEN, capacity, job("w", "heavy_1"), job("w", "heavy_2"), job("w", "a"));

        assertThat(events)
                .containsEntry("w/heavy_1", new SlotGranted())
                .containsEntry("w/heavy_2", new Blocked(new WaitReason.Workers(true)))
                .containsEntry("w/a", new SlotGranted());
    }

    @Test
    void heavyJobThatHasWaitedLongClosesTheDoorBehindIt() {
        var light = in(job("w", "light"), RUNNING);
        var waited = new JobState.Waiting(new WaitReason.Workers(true));
        var heavy = in(job("w", "heavy", false, T0.minus(Admission.HEAVY_PATIENCE)), waited);

        var events = decide(OPEN, weighted(4, "heavy", 4), light, heavy, job("w", "young"));

        assertThat(granted(events)).isEmpty();
    }

    @Test
    void heavyJobThatHasJustComeLetsLightOnesGoFirst() {
        var light = in(job("w", "light"), RUNNING);
        var waits = new JobState.Waiting(new WaitReason.Workers(true));
        var heavy = in(job("w", "heavy", false, T0.minusSeconds(1)), waits);

        var events = decide(OPEN, weighted(4, "heavy", 4), light, heavy, job("w", "young"));

        assertThat(granted(events)).containsExactly("w/young");
    }

    @Test
    void closedDoorDoesNotHoldBackWorkspacesWhoseTurnItIs() {
        var light = in(job("w", "light"), RUNNING);
        var waited = new JobState.Waiting(new WaitReason.Workers(true));
        var heavy = in(job("w", "heavy", false, T0.minus(Admission.HEAVY_PATIENCE)), waited);

        var events = decide(OPEN, weighted(4, "heavy", 4), light, heavy, job("x", "other"));

        assertThat(granted(events)).containsExactly("x/other");
    }

    @Test
    void databaseJobsOfABusyWorkspaceKeepTheDatabaseBusy() {
        var events =
                decide(
                        OPEN,
                        capacity(4, 3),
                        in(job("busy", "a"), RUNNING),
                        in(databaseJob("busy", "db1"), RUNNING),
                        in(databaseJob("busy", "db2"), RUNNING),
                        databaseJob("busy", "db3"),
                        job("idle", "x"));

        assertThat(granted(events)).containsExactly("busy/db3");
    }

    @Test
    void databaseJobsLeaveTheOthersTheWorkersThatTheyCannotUse() {
        var events =
                decide(
                        OPEN,
                        weighted(4, 2, "db.*", 2),
                        in(databaseJob("w", "db1"), RUNNING),
                        databaseJob("w", "db2"),
                        job("x", "a"),
                        job("y", "b"));

        assertThat(granted(events)).containsExactlyInAnyOrder("x/a", "y/b");
    }

    @Test
    void whereTheDatabaseIsNotScarceItsJobsStandInLineWithOthers() {
        var events =
                decide(
                        OPEN,
                        capacity(1, 1),
                        job("w", "old", false, T0.minusSeconds(9)),
                        databaseJob("w", "db"));

        assertThat(granted(events)).containsExactly("w/old");
    }

    @Test
    void equalWorkspacesTakeTurns() {
        var table = new JobTable();
        table.turnsWere(Map.of(new WorkspaceName("flood"), T0.minusSeconds(1)));
        List.of(
                        job("flood", "a", false, T0.minusSeconds(99)),
                        job("late", "x", false, T0.minusSeconds(2)))
                .forEach(job -> table.add(job, _ -> Optional.empty()));

        assertThat(granted(decide(table, OPEN, capacity(1, 1)))).containsExactly("late/x");
    }

    @Test
    void whoComesNewDoesNotGoBeforeThoseWhoHaveWaited() {
        var table = new JobTable();
        table.turnsWere(Map.of(new WorkspaceName("old"), T0.minusSeconds(60)));
        List.of(
                        job("old", "a", false, T0.minusSeconds(99)),
                        job("new", "x", false, T0.minusSeconds(2)))
                .forEach(job -> table.add(job, _ -> Optional.empty()));

        assertThat(granted(decide(table, OPEN, capacity(1, 1)))).containsExactly("old/a");
    }

    @Test
    void runningJobsOfAWorkspaceCountWhatTheyWeigh() {
        var events =
                decide(
                        OPEN,
                        weighted(6, "heavy", 3),
                        in(job("w", "heavy"), RUNNING),
                        in(job("x", "a"), RUNNING),
                        in(job("x", "b"), RUNNING),
                        job("w", "c", false, T0.minusSeconds(9)),
                        job("x", "d"));

        assertThat(granted(events)).containsExactly("x/d");
    }

    @Test
    void longWaitingHeavyJobTakesOnlyWhatItNeeds() {
        var waited = new JobState.Waiting(new WaitReason.Workers(true));
        var heavy = in(job("w", "heavy", true, T0.minus(Admission.HEAVY_PATIENCE)), waited);

        var events =
                decide(
                        OPEN,
                        weighted(6, 1, "heavy", 3),
                        in(databaseJob("x", "db"), RUNNING),
                        heavy,
                        job("y", "a"),
                        job("y", "b"),
                        job("y", "c"),
                        databaseJob("y", "db"));

        assertThat(granted(events)).containsExactlyInAnyOrder("y/a", "y/b");
    }

    @Test
    void heavyJobThatAnOverdueOneHoldsBackDoesNotHoldBackThoseBehindIt() {
        var waited = new JobState.Waiting(new WaitReason.Workers(true));
        var overdue = in(job("w", "heavy", true, T0.minus(Admission.HEAVY_PATIENCE)), waited);

        var events =
                decide(
                        OPEN,
                        weighted(6, 1, "heavy.*", 3),
                        in(databaseJob("x", "db"), RUNNING),
                        overdue,
                        in(job("w", "plain"), RUNNING),
                        job("w", "heavy_2", false, T0.minusSeconds(9)),
                        job("w", "young"));

        assertThat(granted(events)).containsExactly("w/young");
    }

    @Test
    void heavyDatabaseJobHoldsBackNoLighterOneOfItsWorkspace() {
        var events =
                decide(
                        OPEN,
                        weighted(15, 6, "heavy", 5),
                        in(databaseJob("w2", "running"), RUNNING),
                        in(databaseJob("w3", "a"), RUNNING),
                        in(databaseJob("w4", "a"), RUNNING),
                        in(databaseJob("w5", "a"), RUNNING),
                        in(databaseJob("w6", "a"), RUNNING),
                        job("w", "heavy", true, T0.minusSeconds(9)),
                        databaseJob("w", "plain"),
                        job("w2", "old", true, T0.minusSeconds(99)));

        assertThat(granted(events)).containsExactly("w/plain");
    }

    @Test
    void memoryOfRunningJobsStaysBelowItsLimit() {
        var capacity =
                new Capacity(9, 9, List.of(), new Capacity.Memory(4L << 30, (12L << 30) - 1));

        var events =
                decide(OPEN, capacity, in(job("w", "a"), RUNNING), job("w", "b"), job("w", "c"));

        assertThat(events)
                .containsEntry("w/b", new SlotGranted())
                .containsEntry("w/c", new Blocked(new WaitReason.Memory()));
    }

    @Test
    void nothingIsDecidedBeforeItIsKnownWhetherTheExecutorIsThere() {
        var unknown = new Conditions(Switch.OFF, Switch.OFF, Switch.UNKNOWN, DataKind.REAL);

        assertThat(decide(unknown, capacity(1, 1), job("w", "a"))).isEmpty();
    }

    @Test
    void weightsThatAreFractionsAddUp() {
        var capacity = weighted(1, "tenth.*", 0.1);
        Job[] jobs =
                java.util.stream.IntStream.range(0, 10)
                        .mapToObj(i -> job("w", "tenth" + i))
                        .toArray(Job[]::new);

        assertThat(granted(decide(OPEN, capacity, jobs))).hasSize(10);
    }

    @Test
    void jobHeavierThanAllWorkersStillStartsAlone() {
        var events = decide(OPEN, weighted(2, "huge", 100), job("w", "huge"));

        assertThat(granted(events)).containsExactly("w/huge");
    }

    @Test
    void pausedBackendStartsNothing() {
        var paused = new Conditions(Switch.ON, Switch.OFF, Switch.ON, DataKind.REAL);

        assertThat(decide(paused, capacity(1, 1), job("w", "a")))
                .containsEntry("w/a", new Blocked(new WaitReason.Paused()));
    }

    @Test
    void maintenanceHoldsBackDatabaseJobsOnly() {
        var maintenance = new Conditions(Switch.OFF, Switch.ON, Switch.ON, DataKind.REAL);

        assertThat(decide(maintenance, capacity(2, 2), databaseJob("w", "db"), job("w", "a")))
                .containsEntry("w/db", new Blocked(new WaitReason.DatabaseMaintenance()))
                .containsEntry("w/a", new SlotGranted());
    }

    @Test
    void nothingStartsWhileTheExecutorIsAway() {
        var away = new Conditions(Switch.OFF, Switch.OFF, Switch.OFF, DataKind.REAL);

        assertThat(decide(away, capacity(1, 1), job("w", "a")))
                .containsEntry("w/a", new Blocked(Admission.EXECUTOR_AWAY));
    }

    @Test
    void jobWaitsForTheJobsItNeeds() {
        var events = decide(OPEN, capacity(2, 2), job("w", "a"), job("w", "b", "a"));

        assertThat(events).containsEntry("w/b", new Blocked(new WaitReason.Dependencies()));
    }

    @Test
    void jobWhoseNeedIsNowhereToBeFoundNeverStarts() {
        var events = decide(OPEN, capacity(2, 2), job("w", "b", "gone"));

        assertThat(events)
                .containsEntry(
                        "w/b",
                        new JobEvent.DependencyLost(
                                new FailureReason.DependencyFailed(new ActionName("gone"))));
    }

    @Test
    void postponedJobIsLeftAlone() {
        var table = new JobTable();
        table.add(job("w", "a"), _ -> Optional.empty());

        assertThat(new Admission(table, OPEN, capacity(1, 1), _ -> true).decide(T0)).isEmpty();
    }

    private static Capacity capacity(int workers, int databaseWorkers) {
        return new Capacity(workers, databaseWorkers, List.of());
    }

    private static Capacity weighted(int workers, String action, double weight) {
        return weighted(workers, workers, action, weight);
    }

    private static Capacity weighted(
            int workers, int databaseWorkers, String action, double weight) {
        return new Capacity(
                workers,
                databaseWorkers,
                List.of(
                        new Capacity.Weight(
                                new WorkspaceName("w"), Pattern.compile(action), weight)));
    }

    private static Map<String, JobEvent> decide(
            Conditions conditions, Capacity capacity, Job... jobs) {
        var table = new JobTable();
        for (Job job : jobs) {
            table.add(job, _ -> Optional.empty());
        }
        return decide(table, conditions, capacity);
    }

    private static Map<String, JobEvent> decide(
            JobTable table, Conditions conditions, Capacity capacity) {
        var events = new LinkedHashMap<String, JobEvent>();
        new Admission(table, conditions, capacity, _ -> false)
                .decide(T0)
                .forEach(decision -> events.put(name(decision.job()), decision.event()));
        return events;
    }

    private static String name(Job job) {
        return job.work().workspace() + "/" + job.definition().action();
    }

    private static Set<String> granted(Map<String, JobEvent> events) {
        events.values().removeIf(event -> !(event instanceof SlotGranted));
        return events.keySet();
    }
}

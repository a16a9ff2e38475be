package org.securebackend.runner.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.securebackend.runner.scheduler.TestJobs.databaseJob;
import static org.securebackend.runner.scheduler.TestJobs.job;
import static org.securebackend.runner.scheduler.Workbench.id;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.securebackend.runner.job.Exit;
import org.securebackend.runner.job.FailureReason;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.job.StopReason;
import org.securebackend.runner.job.WaitReason;

/** The ordinary life of jobs. */
class SchedulerTest {
    private static final JobId A = id("w", "a");
    private static final JobId B = id("w", "b");
    private static final JobId C = id("w", "c");

    @TempDir private Path folder;
    private Workbench bench;

    @BeforeEach
    void setUp() {
        bench = new Workbench(folder);
    }

    @AfterEach
    void tearDown() {
        bench.close();
    }

    @Test
    void jobsRunOneAfterTheOtherAndHandTheirOutputsOn() throws Exception {
        bench.programsEndWith(0);

        bench.submit(job("w", "a"), job("w", "b", "a"), job("w", "c", "a", "b"));

        assertThat(List.of(A, B, C))
                .allSatisfy(
                        id -> assertThat(bench.state(id)).isInstanceOf(JobState.Succeeded.class));
        assertThat(bench.executor.starts())
                .extracting(start -> start.job())
                .containsExactly(A, B, C);
        assertThat(bench.high("workspaces/w/output/c.csv")).contains("a\n1\n");
        assertThat(bench.isTidy()).isTrue();
    }

    @Test
    void programFindsItsCodeAndItsInputs() {
        var found = new ArrayList<String>();
        bench.executor.whenStarted(program -> {
            try {
                bench.executor
                        .workspace(program.job())
                        .visit((entry, _) -> found.add(program.action() + ":" + entry.path()));
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
            bench.executor.leave(program.job(), "output/" + program.action() + ".csv", "a\n1\n");
            bench.executor.finish(program.job(), Exit.of(0));
        });

        bench.submit(job("w", "a"), job("w", "b", "a"));

        assertThat(found).contains("a:analysis.py", "b:analysis.py", "b:output/a.csv");
        assertThat(found).doesNotContain("a:output/a.csv");
    }

    @Test
    void failureFailsAllThatWaitForIt() {
        bench.programsEndWith(1);

        bench.submit(job("w", "a"), job("w", "b", "a"), job("w", "c", "b"));

        assertThat(reason(A)).isInstanceOf(FailureReason.NonZeroExit.class);
        assertThat(reason(B)).isInstanceOf(FailureReason.DependencyFailed.class);
        assertThat(reason(C)).isInstanceOf(FailureReason.DependencyFailed.class);
        assertThat(bench.isTidy()).isTrue();
        assertThat(bench.high("workspaces/w/output/a.csv")).isEmpty();
    }

    @Test
    void thousandJobsInAChainFailInOneRound() {
        var jobs = new ArrayList<Job>(List.of(job("w", "a0")));
        for (int i = 1; i < 1000; i++) {
            jobs.add(job("w", "a" + i, "a" + (i - 1)));
        }
        bench.programsEndWith(1);

        bench.submit(jobs.toArray(Job[]::new));

        Job last = bench.job(id("w", "a999"));
        assertThat(last.state()).isInstanceOf(JobState.Failed.class);
        assertThat(last.changedAt()).isEqualTo(bench.job(id("w", "a1")).changedAt());
    }

    @Test
    void patternThatMatchesNothingFailsTheJob() {
        bench.executor.whenStarted(program -> bench.executor.finish(program.job(), Exit.of(0)));

        bench.submit(job("w", "a"));

        assertThat(reason(A))
                .isEqualTo(new FailureReason.UnmatchedPatterns(List.of("output/a.csv")));
        assertThat(bench.hasLog(A)).isTrue();
    }

    @Test
    void jobThatNeverStartedNeedsNoEngineToBeTidiedUp() {
        bench.engine.before(
                "remove",
                () -> {
                    throw new AssertionError("nothing was ever made for it");
                });
        bench.flag("paused", "true");
        bench.submit(job("w", "a"));

        bench.cancel(A);

        assertThat(bench.saved().untidyJobs()).isEmpty();
    }

    @Test
    void pausedBackendStartsNothingButRunningJobsGoOn() {
        bench.programsRun();
        bench.submit(job("w", "a"), job("w", "b", "a"));

        bench.flag("paused", "TRUE");
        bench.executor.finish(A, Exit.of(0));
        bench.tick();

        assertThat(bench.state(A)).isInstanceOf(JobState.Succeeded.class);
        assertThat(bench.state(B)).isEqualTo(new JobState.Waiting(new WaitReason.Paused()));

        bench.flag("paused", "");
        assertThat(bench.state(B)).isInstanceOf(JobState.Executing.class);
    }

    @Test
    void maintenancePutsRunningDatabaseJobsBackAndTheyRunAgain() {
        bench.programsRun();
        bench.submit(databaseJob("w", "a"), job("w", "b"));

        bench.flag("mode", "db-maintenance");
        assertThat(bench.state(A))
                .isEqualTo(new JobState.Waiting(new WaitReason.DatabaseMaintenance()));
        assertThat(bench.state(B)).isInstanceOf(JobState.Executing.class);
        assertThat(bench.executor.survey()).containsOnlyKeys(B);

        bench.programsEndWith(0);
        bench.flag("mode", "");
        assertThat(bench.state(A)).isInstanceOf(JobState.Succeeded.class);
        assertThat(bench.starts(A)).isEqualTo(2);
    }

    @Test
    void jobThatEndedJustBeforeMaintenanceKeepsItsResult() {
        bench.programsRun();
        bench.submit(databaseJob("w", "a"));
        bench.executor.finishUnheard(A, Exit.of(0));
        bench.clock.advance(Duration.ofSeconds(1));

        bench.flag("mode", "db-maintenance");

        assertThat(bench.state(A)).isInstanceOf(JobState.Succeeded.class);
        assertThat(bench.starts(A)).isEqualTo(1);
        assertThat(bench.executor.stops()).isEmpty();
    }

    @Test
    void jobThatWasStoppedForMaintenanceBeforeACrashRunsAgain() {
        bench.programsRun();
        bench.submit(databaseJob("w", "a"));
        bench.steps.hold();
        bench.flag("mode", "db-maintenance");
        bench.clock.advance(Duration.ofSeconds(1));
        bench.executor.stop(A, Duration.ZERO);
        bench.crash();

        bench.release();

        assertThat(bench.state(A))
                .isEqualTo(new JobState.Waiting(new WaitReason.DatabaseMaintenance()));
    }

    @Test
    void rebootPutsRunningJobsBackButNotThoseThatHaveRun() {
        bench.programsRun();
        bench.submit(job("w", "a"), job("w", "b"));
        bench.steps.hold();
        bench.executor.finish(B, Exit.of(0));
        bench.tick();
        bench.flag("paused", "true");

        bench.order(A, StopReason.REBOOT);
        bench.order(B, StopReason.REBOOT);
        bench.tick();
        bench.release();

        assertThat(bench.state(A)).isInstanceOf(JobState.Waiting.class);
        assertThat(bench.state(B)).isInstanceOf(JobState.Succeeded.class);
    }

    @Test
    void ordersOfAnotherProcessAreCarriedOutOnce() {
        bench.programsRun();
        bench.submit(job("w", "a"));
        bench.saved().orderStop(A, StopReason.KILLED_BY_ADMIN, bench.clock.instant());

        bench.scheduler().storeChanged();
        bench.tick();

        assertThat(reason(A)).isInstanceOf(FailureReason.KilledByAdmin.class);
        assertThat(bench.saved().openOrders()).isEmpty();
        assertThat(bench.hasLog(A)).isTrue();
    }

    @Test
    void orderThatIsHeardOfBeforeItsJobIsNotLost() {
        bench.submitUnheard(job("w", "a"));

        bench.cancel(A);
        bench.scheduler().jobsAdded(List.of(job("w", "a")));
        bench.tick();

        assertThat(reason(A)).isInstanceOf(FailureReason.CancelledByUser.class);
    }

    @Test
    void orderThatCannotBeClosedIsNotCarriedOutTwice() {
        bench.programsRun();
        bench.submit(job("w", "a"));
        bench.store.before(
                "closeOrders",
                () -> {
                    throw new org.securebackend.runner.store.StoreException("away", null);
                });

        bench.order(A, StopReason.REBOOT);
        bench.tick();
        bench.scheduler().ordersGiven();
        bench.tick();

        assertThat(bench.executor.stops()).containsExactly(A);
        assertThat(bench.starts(A)).isEqualTo(2);
        assertThat(bench.saved().openOrders()).isEmpty();
    }

    @Test
    void jobsOfAnotherProcessAreFound() {
        bench.programsEndWith(0).submitUnheard(job("w", "a"));

        bench.scheduler().storeChanged();
        bench.tick();

        assertThat(bench.state(A)).isInstanceOf(JobState.Succeeded.class);
    }

    @Test
    void newsOfAJobThatIsOverByNowChangeNothing() {
        bench.programsEndWith(0).submitUnheard(job("w", "a"));
        bench.scheduler().storeChanged();
        bench.tick();
        Job over = bench.job(A);

        bench.scheduler().jobsAdded(List.of(job("w", "a")));
        bench.tick();
        bench.later(Duration.ofMinutes(2));

        assertThat(bench.job(A)).isEqualTo(over);
        assertThat(bench.starts(A)).isEqualTo(1);
    }

    @Test
    void programsOfUnknownJobsAreIgnored() {
        bench.scheduler()
                .ended(
                        id("nobody", "a"),
                        new org.securebackend.runner.executor.Execution.Ended(
                                Exit.of(0), bench.clock.instant()));

        bench.tick();

        assertThat(bench.saved().job(id("nobody", "a"))).isEmpty();
    }

    @Test
    void jobIsNotLostThatIsTakenInBeforeItsProducer() {
        bench.programsEndWith(0).submitUnheard(job("w", "a"), job("w", "b", "a"));
        bench.flag("paused", "true");

        bench.crash();
        bench.scheduler().jobsAdded(List.of(job("w", "b", "a")));
        bench.tick();
        bench.flag("paused", "");

        assertThat(bench.state(B)).isInstanceOf(JobState.Succeeded.class);
    }

    @Test
    void timesKeepTheirOrderWhenTheClockStepsBack() {
        bench.programsRun();
        bench.submit(job("w", "a"));
        bench.clock.set(TestJobs.T0.minusSeconds(3600));

        bench.executor.finish(A, Exit.of(0));
        bench.tick();

        var end = (JobState.Succeeded) bench.state(A);
        assertThat(end.started().orElseThrow()).isBefore(end.finishedAt());
        assertThat(end.finishedAt()).isAfter(TestJobs.T0);
    }

    @Test
    void heavyJobDoesNotStarve() {
        bench.programsRun();
        bench.submit(job("w", "a"), job("w", "heavy"));
        bench.later(Admission.HEAVY_PATIENCE);

        bench.scheduler().storeChanged();
        Job young = job("w", "young");
        bench.saved().add(TestJobs.request("again", "w", "young"), List.of(young));
        bench.tick();
        assertThat(bench.state(young.id()))
                .isEqualTo(new JobState.Waiting(new WaitReason.Workers(false)));

        bench.executor.finish(A, Exit.of(0));
        bench.tick();
        assertThat(bench.state(id("w", "heavy"))).isInstanceOf(JobState.Executing.class);
    }

    private FailureReason reason(JobId id) {
        return ((JobState.Failed) bench.state(id)).reason();
    }
}

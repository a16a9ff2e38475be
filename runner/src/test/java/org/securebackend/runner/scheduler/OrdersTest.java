package org.securebackend.runner.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.securebackend.runner.scheduler.TestJobs.databaseJob;
import static org.securebackend.runner.scheduler.TestJobs.job;
import static org.securebackend.runner.scheduler.Workbench.id;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.securebackend.runner.executor.Execution;
import org.securebackend.runner.executor.ExecutorException;
import org.securebackend.runner.job.Exit;
import org.securebackend.runner.job.FailureReason;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.job.KeepingTime;
import org.securebackend.runner.job.StopReason;
import org.securebackend.runner.job.WaitReason;
import org.securebackend.runner.store.BackendOrders;
import org.securebackend.runner.store.BackendOrders.Drain;
import org.securebackend.runner.store.JobStore.KeptOrder.Wish;

/** What operators order: drains, reboots, maintenance, retries; all of it survives a restart. */
class OrdersTest {
    private static final JobId A = id("w", "a");
    private static final JobId B = id("v", "b");
    private static final Duration KEEP = Duration.ofDays(7);

    @TempDir private Path folder;
    private Workbench bench;

    @BeforeEach
    void setUp() {
        bench = new Workbench(folder).programsRun();
    }

    @AfterEach
    void tearDown() {
        bench.close();
    }

    private void drain(Instant from, Optional<Instant> deadline) {
        bench.saved()
                .setFlags(BackendOrders.draining(new Drain(from, deadline)), bench.clock.instant());
        bench.scheduler().storeChanged();
        bench.tick();
    }

    private void resume() {
        bench.saved().setFlags(BackendOrders.resuming(), bench.clock.instant());
        bench.scheduler().storeChanged();
        bench.tick();
    }

    private void assertRunning(JobId id) {
        assertThat(bench.state(id)).isInstanceOf(JobState.Executing.class);
    }

    private void assertWaits(JobId id, WaitReason reason) {
        assertThat(bench.state(id)).isEqualTo(new JobState.Waiting(reason));
    }

    // Drain

    @Test
    void drainLetsRunningJobsFinishAndStartsNothing() {
        bench.submit(job("w", "a"));
        drain(bench.clock.instant(), Optional.empty());
        bench.submit(job("v", "b"));

        assertRunning(A);
        assertWaits(B, new WaitReason.Paused());
        bench.executor.finish(A, Exit.of(0));
        bench.later(Duration.ofDays(2));

        assertThat(bench.state(A)).isInstanceOf(JobState.Succeeded.class);
        assertWaits(B, new WaitReason.Paused());
        resume();
        assertRunning(B);
    }

    @Test
    void drainBeginsAtItsTimeWithoutAnybodyWakingTheScheduler() {
        drain(bench.clock.instant().plusSeconds(30), Optional.empty());
        bench.submit(job("w", "a"));
        assertRunning(A);
        assertThat(bench.scheduler().idleTime()).isEqualTo(Duration.ofSeconds(30));

        bench.later(Duration.ofSeconds(30));
        bench.submit(job("v", "b"));

        assertRunning(A);
        assertWaits(B, new WaitReason.Paused());
    }

    @Test
    void deadlineOfADrainPutsBackWhatStillRuns() {
        Instant now = bench.clock.instant();
        bench.submit(job("w", "a"), databaseJob("w", "c"));
        drain(now, Optional.of(now.plusSeconds(20)));
        assertThat(bench.scheduler().idleTime()).isEqualTo(Duration.ofSeconds(20));
        bench.submit(job("v", "b"));

        bench.later(Duration.ofSeconds(20));

        assertWaits(A, new WaitReason.Reboot());
        assertWaits(id("w", "c"), new WaitReason.Reboot());
        assertWaits(B, new WaitReason.Paused());
        assertThat(bench.executor.survey()).isEmpty();
        resume();
        assertRunning(A);
    }

    @Test
    void deadlineLeavesWhatHasEndedToBeCollected() {
        bench.submit(job("w", "a"));
        bench.steps.hold();
        bench.executor.finish(A, Exit.of(0));
        bench.tick();
        drain(bench.clock.instant(), Optional.of(bench.clock.instant()));

        bench.release();

        assertThat(bench.state(A)).isInstanceOf(JobState.Succeeded.class);
        assertThat(bench.starts(A)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"yes", "tomorrow/..", "2026-01-02T00:00:00Z/2020-01-01T00:00:00Z"})
    void drainThatNobodyCanReadHoldsBackStarts(String value) {
        bench.flag("drain", value);

        bench.submit(job("w", "a"));

        assertWaits(A, new WaitReason.Paused());
    }

    // Reboot

    @Test
    void rebootPutsBackWhatRunsAndStaysSoAfterARestart() {
        bench.submit(databaseJob("w", "a"));
        bench.flag("prepare-reboot", "on");
        assertWaits(A, new WaitReason.Reboot());
        assertThat(bench.executor.survey()).isEmpty();

        bench.crash();
        bench.tick();
        bench.later(Duration.ofDays(1));

        assertWaits(A, new WaitReason.Reboot());
        assertThat(bench.starts(A)).isEqualTo(1);
        resume();
        assertRunning(A);
        assertThat(bench.starts(A)).isEqualTo(2);
    }

    @Test
    void rebootThatIsPreparedWhileTheDaemonIsStoppedIsDoneAtTheNextStart() {
        bench.submit(job("w", "a"));
        bench.saved().setFlags(BackendOrders.rebooting(), bench.clock.instant());

        bench.crash();
        bench.tick();

        assertWaits(A, new WaitReason.Reboot());
        assertThat(bench.executor.survey()).isEmpty();
    }

    // Maintenance

    @Test
    void databaseJobsHaveTheGraceOfMaintenanceAndNewOnesDoNotStart() {
        bench.delays(new Scheduler.Delays(Duration.ofSeconds(40), new KeepingTime(KEEP)));
        bench.submit(databaseJob("w", "a"), job("w", "plain"));
        bench.flag("mode", "db-maintenance");
        bench.submit(databaseJob("v", "b"));

        assertRunning(A);
        assertWaits(B, new WaitReason.DatabaseMaintenance());
        assertThat(bench.scheduler().idleTime()).isEqualTo(Duration.ofSeconds(40));
        bench.later(Duration.ofSeconds(40));

        assertWaits(A, new WaitReason.DatabaseMaintenance());
        assertRunning(id("w", "plain"));
        bench.flag("mode", "");
        assertRunning(A);
    }

    @Test
    void databaseJobThatEndsWithinTheGraceIsNotRunAgain() {
        bench.delays(new Scheduler.Delays(Duration.ofSeconds(40), new KeepingTime(KEEP)));
        bench.submit(databaseJob("w", "a"));
        bench.flag("manual-db-maintenance", "on");

        bench.executor.finish(A, Exit.of(0));
        bench.later(Duration.ofMinutes(2));

        assertThat(bench.state(A)).isInstanceOf(JobState.Succeeded.class);
        assertThat(bench.starts(A)).isEqualTo(1);
    }

    @Test
    void programThatEndsBetweenTheSavingOfAStopAndItsCarryingOutIsNotRunAgain() {
        bench.submit(databaseJob("w", "a"));
        bench.steps.hold();
        bench.flag("mode", "db-maintenance");
        bench.clock.advance(Duration.ofMillis(3));
        bench.executor.finish(A, Exit.of(0));

        bench.release();

        assertThat(bench.state(A)).isInstanceOf(JobState.Succeeded.class);
        bench.flag("mode", "");
        assertThat(bench.starts(A)).isEqualTo(1);
    }

    @Test
    void programThatEndsInTheMomentInWhichItIsStoppedIsNotRunAgain() {
        bench.submit(databaseJob("w", "a"));
        bench.engine.before("stop", () -> bench.executor.finish(A, Exit.of(0)));

        bench.flag("mode", "db-maintenance");
        bench.flag("mode", "");

        assertThat(bench.state(A)).isInstanceOf(JobState.Succeeded.class);
        assertThat(bench.starts(A)).isEqualTo(1);
    }

    @Test
    void programThatEndsAfterItWasToldToRunsAgainEvenAfterACrash() {
        bench.submit(databaseJob("w", "a"));
        bench.engine.before(
                "stop",
                () -> {
                    bench.clock.advance(Duration.ofMillis(3));
                    // It heeds the signal, half way through its files.
                    bench.executor.finishUnheard(A, Exit.of(0));
                    throw new org.securebackend.runner.executor.ExecutorUnavailableException(
                            "cut off", null);
                });
        bench.flag("mode", "db-maintenance");
        assertThat(bench.state(A)).isInstanceOf(JobState.Stopping.class);

        bench.crash();
        bench.tick();
        bench.flag("mode", "");

        assertRunning(A);
        assertThat(bench.starts(A)).isEqualTo(2);
    }

    @Test
    void programThatEndedLongAfterACrashBeforeItsStopIsNotRunAgain() {
        bench.submit(databaseJob("w", "a"));
        bench.steps.hold();
        bench.flag("mode", "db-maintenance");
        assertThat(bench.state(A)).isInstanceOf(JobState.Stopping.class);
        bench.clock.advance(Duration.ofHours(2));
        bench.executor.finishUnheard(A, Exit.of(0));

        bench.crash();
        bench.release();

        assertThat(bench.state(A)).isInstanceOf(JobState.Succeeded.class);
        assertThat(bench.starts(A)).isEqualTo(1);
    }

    // Retry

    /** Its program ended well, but its outputs could not be collected. */
    private void breakWhileCollecting() {
        bench.outputs.before(
                "collect",
                () -> {
                    throw new IOException("something else");
                });
        bench.submit(job("w", "a"), job("w", "b", "a"));
        bench.executor.finish(A, Exit.of(0));
        bench.tick();
        assertThat(reason(A)).isInstanceOf(FailureReason.Platform.class);
    }

    private FailureReason reason(JobId id) {
        return ((JobState.Failed) bench.state(id)).reason();
    }

    private void order(Wish wish) {
        bench.saved().orderKept(A, wish, bench.clock.instant());
        bench.scheduler().storeChanged();
        bench.tick();
    }

    @Test
    void retriedJobIsCollectedAgainAndNotRunAgain() {
        breakWhileCollecting();
        assertThat(bench.executor.inspect(A)).isInstanceOf(Execution.Ended.class);
        assertThat(bench.saved().keptJobs()).extracting(job -> job.id()).containsExactly(A);

        order(Wish.RETRY);

        assertThat(bench.state(A)).isInstanceOf(JobState.Succeeded.class);
        assertThat(bench.high("workspaces/w/output/a.csv")).contains("a\n1\n");
        assertThat(bench.starts(A)).isEqualTo(1);
        assertThat(bench.isTidy()).isTrue();
        assertThat(bench.saved().keptJobs()).isEmpty();
        assertThat(bench.saved().openKeptOrders()).isEmpty();
        assertThat(reason(id("w", "b"))).isInstanceOf(FailureReason.DependencyFailed.class);
    }

    @Test
    void retriedJobWorksUnderAPauseAndWithAFailedExit() {
        bench.outputs.before(
                "keepAside",
                () -> {
                    throw new IOException("something else");
                });
        bench.submit(job("w", "a"));
        bench.executor.finish(A, Exit.of(7));
        bench.tick();
        assertThat(reason(A)).isInstanceOf(FailureReason.Platform.class);
        bench.flag("paused", "true");

        order(Wish.RETRY);

        assertThat(reason(A)).isEqualTo(new FailureReason.NonZeroExit(Exit.of(7)));
        assertThat(bench.isTidy()).isTrue();
    }

    @Test
    void retryThatIsOrderedWhileTheDaemonIsStoppedIsDoneAtTheNextStart() {
        breakWhileCollecting();
        bench.saved().orderKept(A, Wish.RETRY, bench.clock.instant());

        bench.crash();
        bench.tick();

        assertThat(bench.state(A)).isInstanceOf(JobState.Succeeded.class);
    }

    @Test
    void retryWaitsForTheEngine() {
        breakWhileCollecting();
        bench.executor.goAway();
        order(Wish.RETRY);
        assertThat(reason(A)).isInstanceOf(FailureReason.Platform.class);

        bench.executor.comeBack();
        bench.tick();

        assertThat(bench.state(A)).isInstanceOf(JobState.Succeeded.class);
    }

    @Test
    void retryOfAJobWhoseContainerIsGoneChangesNothing() {
        breakWhileCollecting();
        JobState failed = bench.state(A);
        bench.executor.remove(A);

        order(Wish.RETRY);

        assertThat(bench.state(A)).isEqualTo(failed);
        assertThat(bench.saved().openKeptOrders()).isEmpty();
    }

    @Test
    void retryDoesNotReplaceTheFilesOfANewerRun() {
        breakWhileCollecting();
        JobState failed = bench.state(A);
        bench.saved().add(TestJobs.request("again", "w", "a"), java.util.List.of(newer()));

        order(Wish.RETRY);

        assertThat(bench.state(A)).isEqualTo(failed);
    }

    private static org.securebackend.runner.job.Job newer() {
        var request = new org.securebackend.runner.job.RequestId("again");
        var old = job("w", "a").definition();
        return org.securebackend.runner.job.Job.waiting(
                new org.securebackend.runner.job.JobDefinition(
                        JobId.of(request, "a"),
                        request,
                        old.action(),
                        old.createdAt().plusSeconds(1),
                        old.work()));
    }

    @Test
    void retryThatBreaksAgainIsKeptAgain() {
        breakWhileCollecting();
        bench.outputs.before(
                "collect",
                () -> {
                    throw new IOException("something else");
                });
        order(Wish.RETRY);
        assertThat(reason(A)).isInstanceOf(FailureReason.Platform.class);

        order(Wish.RETRY);

        assertThat(bench.state(A)).isInstanceOf(JobState.Succeeded.class);
    }

    @Test
    void whatABrokenJobLeftIsRemovedWhenItsTimeIsOver() {
        breakWhileCollecting();
        bench.later(KEEP.minusSeconds(20));
        assertThat(bench.executor.survey()).containsKey(A);
        assertThat(bench.scheduler().idleTime()).isLessThanOrEqualTo(Duration.ofSeconds(21));

        bench.later(Duration.ofSeconds(21));

        assertThat(bench.isTidy()).isTrue();
        assertThat(bench.saved().keptJobs()).isEmpty();
        assertThat(bench.hasLog(A)).isTrue();
    }

    @Test
    void whatABrokenJobLeftIsKeptThroughARestartAndRemovedInTimeAfterwards() {
        breakWhileCollecting();
        bench.crash();
        bench.tick();
        assertThat(bench.executor.survey()).containsKey(A);

        bench.later(KEEP.plusSeconds(1));

        assertThat(bench.isTidy()).isTrue();
    }

    @Test
    void whatABrokenJobLeftIsRemovedOnOrder() {
        breakWhileCollecting();

        order(Wish.REMOVE);

        assertThat(bench.isTidy()).isTrue();
        assertThat(bench.saved().openKeptOrders()).isEmpty();
        order(Wish.RETRY);
        assertThat(reason(A)).isInstanceOf(FailureReason.Platform.class);
    }

    @Test
    void retriedJobIsNotRemovedWhenItsOldTimeIsOver() {
        breakWhileCollecting();
        bench.steps.hold();
        order(Wish.RETRY);
        bench.later(KEEP.plusDays(1));

        bench.release();

        assertThat(bench.state(A)).isInstanceOf(JobState.Succeeded.class);
    }

    @Test
    void retryComesBeforeRemovalThatIsOrderedAfterIt() {
        breakWhileCollecting();
        bench.saved().orderKept(A, Wish.RETRY, bench.clock.instant());
        bench.saved().orderKept(A, Wish.REMOVE, bench.clock.instant());

        bench.scheduler().storeChanged();
        bench.tick();

        assertThat(bench.state(A)).isInstanceOf(JobState.Succeeded.class);
        assertThat(bench.saved().openKeptOrders()).isEmpty();
    }

    @Test
    void jobThatBrokeBeforeItsProgramEndedIsNotKept() {
        var refusal = new ExecutorException("no such runtime", null);
        bench.executor.refuseStart(A, refusal);
        bench.submit(job("w", "a"));
        for (int again = 0; again < 2; again++) {
            bench.executor.refuseStart(A, refusal);
            bench.later(Duration.ofMinutes(2));
        }

        assertThat(reason(A)).isInstanceOf(FailureReason.Platform.class);
        assertThat(bench.saved().keptJobs()).isEmpty();
        assertThat(bench.isTidy()).isTrue();
    }

    @Test
    void jobThatBrokeWhileItWasStoppedIsNotKept() {
        bench.submit(databaseJob("w", "a"));
        for (int times = 0; times < 3; times++) {
            bench.engine.before(
                    "stop",
                    () -> {
                        throw new ExecutorException("refused", null);
                    });
        }

        bench.order(A, StopReason.REBOOT);
        bench.tick();
        bench.later(Duration.ofMinutes(2));
        bench.later(Duration.ofMinutes(2));

        assertThat(reason(A)).isInstanceOf(FailureReason.Platform.class);
        assertThat(bench.saved().keptJobs()).isEmpty();
        assertThat(bench.isTidy()).isTrue();
    }
}

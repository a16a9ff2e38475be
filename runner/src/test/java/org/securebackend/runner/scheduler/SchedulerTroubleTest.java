package org.securebackend.runner.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.securebackend.runner.scheduler.TestJobs.job;
import static org.securebackend.runner.scheduler.Workbench.id;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.securebackend.runner.executor.ExecutorException;
import org.securebackend.runner.job.Exit;
import org.securebackend.runner.job.FailureReason;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobEvent;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.source.SourceUnavailableException;
import org.securebackend.runner.store.StoreException;

/** What can pass by itself is waited for; what cannot fails the one job that it concerns. */
class SchedulerTroubleTest {
    private static final JobId A = id("w", "a");
    private static final JobId B = id("w", "b");
    private static final Duration LONG_ENOUGH = Duration.ofMinutes(2);

    @TempDir private Path folder;
    private Workbench bench;

    @BeforeEach
    void setUp() {
        bench = new Workbench(folder).programsEndWith(0);
    }

    @AfterEach
    void tearDown() {
        bench.close();
    }

    @Test
    void nothingStartsWhileTheEngineIsAway() {
        bench.executor.goAway();
        bench.submit(job("w", "a"));
        assertThat(bench.state(A)).isEqualTo(new JobState.Waiting(Admission.EXECUTOR_AWAY));

        bench.executor.comeBack();
        bench.tick();

        assertSucceeded(A);
    }

    @Test
    void engineThatGoesAwayWhileAJobIsPreparedPutsItBack() {
        bench.steps.hold();
        bench.submit(job("w", "a"));
        bench.executor.goAway();
        bench.step();
        assertThat(bench.message(A)).contains("container engine");

        bench.executor.comeBack();
        bench.tick();
        bench.release();

        assertSucceeded(A);
    }

    @Test
    void engineThatGoesAwayBeforeTheStartIsWaitedFor() {
        bench.steps.hold();
        bench.submit(job("w", "a"));
        bench.step();
        bench.executor.goAway();
        bench.step();
        assertThat(bench.state(A)).isInstanceOf(JobState.Prepared.class);

        bench.executor.comeBack();
        bench.tick();
        bench.release();

        assertSucceeded(A);
        assertThat(bench.starts(A)).isEqualTo(1);
    }

    @Test
    void programThatEndsWhileTheEngineIsOutOfReachIsFound() {
        bench.programsRun().submit(job("w", "a"));
        bench.executor.goAway();
        bench.tick();
        bench.executor.finishUnheard(A, Exit.of(0));

        bench.executor.comeBack();
        bench.tick();

        assertSucceeded(A);
        assertThat(bench.starts(A)).isEqualTo(1);
    }

    @Test
    void engineThatGoesAwayWhileOutputsArePublishedIsWaitedFor() {
        bench.outputs.before("publish", bench.executor::goAway);
        bench.submit(job("w", "a"));
        assertThat(bench.state(A)).isInstanceOf(JobState.Publishing.class);

        bench.executor.comeBack();
        bench.tick();

        assertSucceeded(A);
    }

    @Test
    void engineThatIsAwayWhileAJobIsStoppedIsWaitedFor() {
        bench.programsRun().submit(job("w", "a"));
        bench.executor.goAway();
        bench.cancel(A);
        assertThat(bench.state(A)).isInstanceOf(JobState.Stopping.class);

        bench.executor.comeBack();
        bench.tick();

        assertThat(reason(A)).isEqualTo(new FailureReason.CancelledByUser());
        assertThat(bench.isTidy()).isTrue();
    }

    @Test
    void stepIsTriedAgainWhenItsTimeHasCome() {
        bench.engine.before(
                "start",
                () -> {
                    throw new org.securebackend.runner.executor.ExecutorUnavailableException(
                            "hung", null);
                });
        bench.submit(job("w", "a"));
        assertThat(bench.state(A)).isInstanceOf(JobState.Prepared.class);
        assertThat(bench.scheduler().idleTime())
                .isBetween(Duration.ofMillis(1), Duration.ofSeconds(1));

        bench.later(Duration.ofSeconds(1));

        assertSucceeded(A);
    }

    @Test
    void refusedStartFailsThatJobOnly() {
        bench.executor.refuseStart(A, new ExecutorException("no such runtime", null));
        bench.submit(job("w", "a"), job("w", "b"));
        for (int i = 0; i < 2; i++) {
            assertThat(bench.state(A)).isInstanceOf(JobState.Prepared.class);
            bench.executor.refuseStart(A, new ExecutorException("no such runtime", null));
            bench.later(LONG_ENOUGH);
        }

        assertThat(reason(A)).isInstanceOf(FailureReason.Platform.class);
        assertThat(bench.message(A)).doesNotContain("runtime").contains("reference");
        assertSucceeded(B);
        assertThat(bench.isTidy()).isTrue();
    }

    @Test
    void engineThatRefusesWhileItGoesDownFailsNoJob() {
        var endpoint = new ExecutorException("failed to update store for libnetwork", null);
        bench.executor.refuseStart(A, endpoint);
        bench.submit(job("w", "a"));
        assertThat(bench.message(A)).contains(Trouble.ENGINE_AWAY);
        bench.executor.goAway();
        bench.later(LONG_ENOUGH);
        bench.executor.refuseStart(A, endpoint);
        bench.executor.comeBack();
        bench.tick();
        assertThat(bench.state(A)).isInstanceOf(JobState.Prepared.class);

        bench.later(LONG_ENOUGH);

        assertSucceeded(A);
    }

    @Test
    void logOfAProgramIsKeptWhosePlatformFails() {
        bench.outputs.before(
                "collect",
                () -> {
                    throw new IOException("something else");
                });

        bench.submit(job("w", "a"));

        assertThat(reason(A)).isInstanceOf(FailureReason.Platform.class);
        assertThat(bench.hasLog(A)).isTrue();
    }

    @Test
    void missingImageIsNamed() {
        bench.executor.removeImage(Workbench.IMAGE);

        bench.submit(job("w", "a"));

        assertThat(bench.message(A)).contains("python:v1").doesNotContain("registry.test");
    }

    @Test
    void inputThatIsGoneFailsTheJobAndNamesItsAction() throws IOException {
        bench.programsRun().submit(job("w", "a"), job("w", "b", "a"));
        bench.flag("paused", "true");
        bench.executor.finish(A, Exit.of(0));
        bench.tick();
        java.nio.file.Files.delete(folder.resolve("high/workspaces/w/output/a.csv"));

        bench.flag("paused", "");

        assertThat(bench.message(B)).contains("action a").contains("no longer");
    }

    @ParameterizedTest
    @ValueSource(strings = {"b\n2\n", "longer than it was"})
    void inputThatWasReplacedIsNotRead(String other) throws IOException {
        bench.programsRun().submit(job("w", "a"), job("w", "b", "a"));
        bench.flag("paused", "true");
        bench.executor.finish(A, Exit.of(0));
        bench.tick();
        java.nio.file.Files.writeString(folder.resolve("high/workspaces/w/output/a.csv"), other);

        bench.flag("paused", "");

        assertThat(bench.message(B)).contains("action a").contains("replaced");
        assertThat(bench.starts(B)).isZero();
    }

    @Test
    void linkInTheStudyThatIsInTheWayOfAnInputIsNamed() {
        bench.programsRun().submit(job("w", "a"), job("w", "b", "a"));
        bench.study.link("output", "elsewhere");

        bench.executor.finish(A, Exit.of(0));
        bench.tick();

        assertThat(bench.message(B)).contains("output in the repository is in the way");
    }

    @Test
    void directoryInTheStudyThatIsInTheWayOfAnInputIsNamed() {
        bench.programsRun().submit(job("w", "a"), job("w", "b", "a"));
        bench.study.directory("output");
        bench.study.directory("output/a.csv");

        bench.executor.finish(A, Exit.of(0));
        bench.tick();

        assertThat(bench.message(B)).contains("output/a.csv in the repository is in the way");
    }

    @Test
    void fullDiskWhilePreparingIsWaitedForWithAClearStatus() {
        bench.study.failNext(
                new IOException("No space left on device"),
                new IOException("No space left on device"));
        bench.submit(job("w", "a"));
        assertThat(bench.message(A)).contains("disk space");

        bench.later(Duration.ofMillis(700));
        assertThat(bench.state(A)).isInstanceOf(JobState.Waiting.class);
        bench.later(LONG_ENOUGH);
        bench.later(LONG_ENOUGH);

        assertSucceeded(A);
    }

    @Test
    void hostOfTheCodeThatIsAwayIsWaitedFor() {
        bench.study.failNext(new SourceUnavailableException("GitError", "away", null));
        bench.submit(job("w", "a"));
        assertThat(bench.message(A)).contains("host of the study's code");

        bench.later(LONG_ENOUGH);

        assertSucceeded(A);
    }

    @Test
    void errorInAStepFailsThatJobOnly() {
        bench.outputs.before(
                "collect",
                () -> {
                    throw new StackOverflowError();
                });

        bench.submit(job("w", "a"), job("w", "b"));

        assertThat(List.of(bench.state(A), bench.state(B)))
                .hasAtLeastOneElementOfType(JobState.Succeeded.class)
                .hasAtLeastOneElementOfType(JobState.Failed.class);
    }

    @Test
    void containerThatDisappearedIsMadeAgain() {
        bench.programsRun().submit(job("w", "a"));
        bench.executor.goAway();
        bench.tick();
        bench.executor.comeBack();
        bench.executor.remove(A);
        bench.tick();
        assertThat(bench.message(A)).contains("disappeared");

        bench.programsEndWith(0).later(LONG_ENOUGH);

        assertSucceeded(A);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7})
    void storeThatFailsForAWhileLosesNothing(int failures) {
        bench.programsRun().submit(job("w", "a"), job("w", "b", "a"));
        bench.executor.finish(A, Exit.of(0));
        for (int i = 0; i < failures; i++) {
            bench.store.before("save", SchedulerTroubleTest::storeFails);
        }

        bench.tick();
        assertThat(bench.state(A)).isInstanceOf(JobState.Executing.class);
        for (int i = 0; i < failures; i++) {
            bench.programsEndWith(0).later(LONG_ENOUGH);
        }

        assertSucceeded(A);
        assertSucceeded(B);
    }

    @Test
    void storeThatFailsAtTheStartIsAskedAgain() {
        bench.programsRun().submit(job("w", "a"));
        bench.executor.finishUnheard(A, Exit.of(0));
        bench.store.before("openJobs", SchedulerTroubleTest::storeFails);
        bench.store.before("untidyJobs", SchedulerTroubleTest::storeFails);

        bench.crash();
        bench.tick();
        bench.later(LONG_ENOUGH);
        bench.later(LONG_ENOUGH);

        assertSucceeded(A);
    }

    @Test
    void activeJobIsResumedEvenIfTheFirstSaveFails() {
        bench.steps.hold();
        bench.submit(job("w", "a"));
        bench.flag("paused", "true");
        bench.submit(job("v", "b"));
        bench.store.before("save", SchedulerTroubleTest::storeFails);
        bench.crash();

        bench.flag("paused", "");
        assertThat(bench.state(id("v", "b"))).isInstanceOf(JobState.Waiting.class);
        bench.later(LONG_ENOUGH);
        bench.release();

        assertSucceeded(A);
        assertSucceeded(id("v", "b"));
    }

    private static void storeFails() {
        throw new StoreException("the disk is away", null);
    }

    @Test
    void staleWriteIsReadAgainAndDecidedAgain() {
        bench.programsRun().submit(job("w", "a"), job("w", "b", "a"));
        Job before = bench.job(A);
        Job changed =
                before.after(
                                new JobEvent.ProgramExited(Exit.of(0), bench.clock.instant()),
                                bench.clock.instant())
                        .orElseThrow();
        bench.saved().save(List.of(changed));
        bench.programsEndWith(0);

        bench.executor.finish(A, Exit.of(1));
        bench.tick();

        assertSucceeded(A);
        assertSucceeded(B);
    }

    @Test
    void signalThatCannotBeHandledIsDroppedAlone() {
        bench.programsRun().submit(job("w", "a"), job("w", "b"));
        bench.executor.finish(A, Exit.of(0));
        bench.scheduler().ordersGiven();
        bench.executor.finish(B, Exit.of(0));
        for (int i = 0; i < 2; i++) {
            bench.store.before(
                    "openOrders",
                    () -> {
                        throw new IllegalStateException("a fault of ours");
                    });
        }

        bench.tick();

        assertSucceeded(A);
        assertSucceeded(B);
    }

    @Test
    void tidyingThatFailsIsTakenUpByTheNextRun() {
        for (int i = 0; i < 3; i++) {
            bench.engine.before(
                    "remove",
                    () -> {
                        throw new ExecutorException("refused", null);
                    });
        }
        bench.submit(job("w", "a"));
        bench.later(LONG_ENOUGH);
        bench.later(LONG_ENOUGH);
        assertThat(bench.isTidy()).isFalse();

        bench.crash();
        bench.tick();

        assertSucceeded(A);
        assertThat(bench.isTidy()).isTrue();
    }

    @Test
    void clockThatIsSetBackDoesNotProlongAWait() {
        bench.study.failNext(new IOException("No space left on device"));
        bench.submit(job("w", "a"));

        bench.clock.set(TestJobs.T0.minus(Duration.ofDays(1)));
        bench.tick();

        assertSucceeded(A);
    }

    @Test
    void waitingForTroubleToPassIsNotBusy() {
        bench.study.failNext(new IOException("No space left on device"));
        bench.submit(job("w", "a"));

        assertThat(bench.scheduler().idleTime())
                .isBetween(Duration.ofMillis(500), Duration.ofSeconds(1));
    }

    @Test
    void jobWhoseStepWaitsShowsTheCauseAndThenNoMore() {
        bench.steps.hold();
        bench.submit(job("w", "a"));
        bench.step();
        bench.executor.goAway();
        bench.step();

        assertThat(bench.state(A)).isInstanceOf(JobState.Prepared.class);
        assertThat(bench.message(A))
                .isEqualTo(Trouble.ENGINE_AWAY + " (Prepared and ready to run)");
        assertThat(bench.saved().unreported()).hasSize(1);

        bench.executor.comeBack();
        bench.tick();
        bench.programsRun().step();

        assertThat(bench.message(A)).isEqualTo("Executing job on the backend");
    }

    @Test
    void jobWhoseProgramNobodySeesSaysSoUntilItIsFound() {
        bench.programsRun().submit(job("w", "a"));

        bench.executor.goAway();
        bench.tick();
        assertThat(bench.message(A))
                .isEqualTo(Trouble.ENGINE_AWAY + " (Executing job on the backend)");

        bench.crash();
        bench.tick();
        assertThat(bench.message(A)).contains(Trouble.ENGINE_AWAY);

        bench.executor.comeBack();
        bench.tick();
        assertThat(bench.message(A)).isEqualTo("Executing job on the backend");
        assertThat(bench.starts(A)).isEqualTo(1);
    }

    @Test
    void engineThatWasLostAndIsBackInOneBreathLeavesNoJobUnseen() {
        bench.programsRun().submit(job("w", "a"));
        bench.executor.goAway();
        bench.executor.finishUnheard(A, Exit.of(0));
        bench.executor.comeBack();

        bench.tick();

        assertSucceeded(A);
    }

    @Test
    void fullDiskWhileCollectingIsShown() {
        bench.outputs.before("collect", SchedulerTroubleTest::diskIsFull);
        bench.submit(job("w", "a"));

        assertThat(bench.state(A)).isInstanceOf(JobState.Collecting.class);
        assertThat(bench.message(A)).startsWith(Trouble.DISK_FULL);

        bench.later(LONG_ENOUGH);
        assertSucceeded(A);
    }

    private static void diskIsFull() throws IOException {
        throw new IOException("No space left on device");
    }

    @Test
    void troubleThatDoesNotPassFailsTheJobAndIsNamed() {
        bench.programsRun().submit(job("w", "a"));
        for (int i = 0; i < 200; i++) {
            bench.outputs.before("collect", SchedulerTroubleTest::diskIsFull);
        }
        bench.executor.finish(A, Exit.of(0));
        bench.tick();
        bench.later(Workbench.TROUBLE_PATIENCE);
        assertThat(bench.state(A)).isInstanceOf(JobState.Collecting.class);

        bench.crash();
        bench.tick();
        bench.later(LONG_ENOUGH);

        assertThat(reason(A)).isInstanceOf(FailureReason.Platform.class);
        assertThat(bench.message(A)).contains("Given up", Trouble.DISK_FULL, "reference");
    }

    @Test
    void troubleWhilePreparingThatDoesNotPassFailsTheJobToo() {
        for (int i = 0; i < 200; i++) {
            bench.study.failNext(new IOException("No space left on device"));
        }
        bench.submit(job("w", "a"));
        for (int i = 0; i < 40; i++) {
            bench.later(LONG_ENOUGH);
        }

        assertThat(reason(A)).isInstanceOf(FailureReason.Platform.class);
        assertThat(bench.message(A)).contains("Given up", Trouble.DISK_FULL);
    }

    @Test
    void stoppingIsNeverGivenUpSoThatNoProgramRunsUnseen() {
        bench.programsRun().submit(job("w", "a"));
        bench.executor.goAway();
        bench.cancel(A);
        for (int i = 0; i < 3; i++) {
            bench.later(Workbench.TROUBLE_PATIENCE);
        }
        assertThat(bench.message(A)).contains("Cancellation received", Trouble.ENGINE_AWAY);

        bench.executor.comeBack();
        bench.tick();

        assertThat(reason(A)).isEqualTo(new FailureReason.CancelledByUser());
        assertThat(bench.executor.stops()).containsExactly(A);
    }

    @Test
    void stepsAtWorkAreWatchedByTheirKind() {
        var seen = new java.util.ArrayList<org.securebackend.runner.health.AtWork>();
        bench.engine.before("start", () -> seen.addAll(bench.scheduler().atWork()));

        bench.submit(job("w", "a"));

        assertThat(seen)
                .singleElement()
                .satisfies(step -> {
                    assertThat(step.what()).isEqualTo("starting of job " + A);
                    assertThat(step.isStuck()).as("no time is allowed here").isTrue();
                    assertThat(step.thread()).contains(Thread.currentThread());
                });
        assertThat(bench.scheduler().atWork()).isEmpty();
    }

    @Test
    void imageThatIsNotThereIsWaitedFor() {
        bench.executor.removeImage(Workbench.IMAGE);
        bench.submit(job("w", "a"));
        assertThat(bench.state(A)).isInstanceOf(JobState.Waiting.class);
        assertThat(bench.message(A)).contains("image python:v1 is not on this backend");

        bench.executor.addImage(Workbench.IMAGE);
        bench.later(LONG_ENOUGH);

        assertSucceeded(A);
    }

    @Test
    void imageThatIsBeingFetchedIsShown() {
        bench.executor.removeImage(Workbench.IMAGE);
        bench.executor.addToRegistry(Workbench.IMAGE);
        bench.study.failNext(new IllegalStateException("stop here"));

        bench.submit(job("w", "a"));

        // Its text is seen only while it is fetched, which takes no time here.
        assertThat(bench.saved().job(A).orElseThrow().version()).isEqualTo(3);
        assertThat(bench.message(A)).contains("Internal error");
    }

    @Test
    void nothingIsPreparedAboveTheHighWaterMark() {
        bench.needFreeSpace(Long.MAX_VALUE / 2);
        bench.crash();

        bench.submit(job("w", "a"));

        assertThat(bench.state(A)).isInstanceOf(JobState.Waiting.class);
        assertThat(bench.message(A)).isEqualTo(Trouble.DISK_FULL);
        bench.needFreeSpace(0);
        bench.crash();
        bench.tick();
        bench.later(LONG_ENOUGH);
        assertSucceeded(A);
    }

    @ParameterizedTest
    @ValueSource(strings = {".tar.gz", ".tar.zstd", ".tar.xz"})
    void jobOfAnArchivedWorkspaceIsRefusedAndToldSo(String suffix) throws IOException {
        Path archives = java.nio.file.Files.createDirectories(folder.resolve("high/archives"));
        java.nio.file.Files.createFile(archives.resolve("w" + suffix));

        bench.submit(job("w", "a"), job("v", "b"));

        assertThat(reason(A)).isInstanceOf(FailureReason.CannotRun.class);
        assertThat(bench.message(A)).contains("workspace w has been archived (w" + suffix + ")");
        assertSucceeded(id("v", "b"));
    }

    @Test
    void archiveBesideALivingWorkspaceHindersNobody() throws IOException {
        java.nio.file.Files.createDirectories(folder.resolve("high/workspaces/w"));
        Path archives = java.nio.file.Files.createDirectories(folder.resolve("high/archives"));
        java.nio.file.Files.createFile(archives.resolve("w.tar.gz"));

        bench.submit(job("w", "a"));

        assertSucceeded(A);
    }

    private void assertSucceeded(JobId id) {
        assertThat(bench.state(id)).as(id.value()).isInstanceOf(JobState.Succeeded.class);
    }

    private FailureReason reason(JobId id) {
        return ((JobState.Failed) bench.state(id)).reason();
    }
}

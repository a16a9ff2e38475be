package org.securebackend.runner.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.securebackend.runner.scheduler.TestJobs.databaseJob;
import static org.securebackend.runner.scheduler.TestJobs.job;
import static org.securebackend.runner.scheduler.Workbench.id;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.securebackend.runner.job.Exit;
import org.securebackend.runner.job.FailureReason;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.job.StopReason;
import org.securebackend.runner.job.WaitReason;

/** A cancellation works at once in every state, and leaves one of two outcomes, whole. */
class CancellationTest {
    private static final JobId A = id("w", "a");

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

    /** Where the job is when it is cancelled; what steps do is held from then on. */
    record Moment(String name, Consumer<Workbench> reach) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Moment> moments() {
        return Stream.of(
                new Moment("waiting", CancellationTest::waiting),
                new Moment("preparing", CancellationTest::preparing),
                new Moment("in the midst of preparing", CancellationTest::whilePreparing),
                new Moment("prepared", CancellationTest::prepared),
                new Moment("executing", CancellationTest::executing),
                new Moment("executed", CancellationTest::executed),
                new Moment("collecting", CancellationTest::whileCollecting),
                new Moment("stopping for maintenance", CancellationTest::stoppingForMaintenance),
                new Moment("put back by maintenance", CancellationTest::putBackByMaintenance));
    }

    private static void waiting(Workbench bench) {
        bench.flag("paused", "true");
        bench.submit(databaseJob("w", "a"));
    }

    private static void preparing(Workbench bench) {
        bench.steps.hold();
        bench.submit(databaseJob("w", "a"));
    }

    private static void whilePreparing(Workbench bench) {
        bench.study.whenExported(() -> bench.order(A, StopReason.CANCELLED_BY_USER));
        bench.submit(databaseJob("w", "a"));
    }

    private static void prepared(Workbench bench) {
        preparing(bench);
        bench.step();
    }

    private static void executing(Workbench bench) {
        prepared(bench);
        bench.step();
    }

    private static void executed(Workbench bench) {
        executing(bench);
        bench.executor.finish(A, Exit.of(0));
        bench.tick();
    }

    private static void whileCollecting(Workbench bench) {
        bench.outputs.before("collect", () -> bench.order(A, StopReason.CANCELLED_BY_USER));
        bench.submit(databaseJob("w", "a"));
        bench.executor.finish(A, Exit.of(0));
        bench.tick();
    }

    private static void stoppingForMaintenance(Workbench bench) {
        executing(bench);
        bench.flag("mode", "db-maintenance");
    }

    private static void putBackByMaintenance(Workbench bench) {
        bench.submit(databaseJob("w", "a"));
        bench.flag("mode", "db-maintenance");
    }

    @ParameterizedTest
    @MethodSource("moments")
    void cancellationEndsTheJob(Moment moment) {
        moment.reach().accept(bench);

        bench.cancel(A);
        bench.release();

        assertCancelled();
    }

    @ParameterizedTest
    @MethodSource("moments")
    void cancellationDoesNotWaitForTheEndOfAPause(Moment moment) {
        moment.reach().accept(bench);
        bench.flag("paused", "true");

        bench.cancel(A);
        bench.release();

        assertCancelled();
    }

    @ParameterizedTest
    @MethodSource("moments")
    void cancellationDoesNotWaitForTheEndOfMaintenance(Moment moment) {
        moment.reach().accept(bench);
        bench.flag("mode", "db-maintenance");

        bench.cancel(A);
        bench.release();

        assertCancelled();
    }

    @ParameterizedTest
    @MethodSource("moments")
    void cancellationSurvivesACrash(Moment moment) {
        moment.reach().accept(bench);
        bench.cancel(A);

        bench.crash();
        bench.release();

        assertCancelled();
    }

    private void assertCancelled() {
        assertThat(bench.state(A))
                .isInstanceOfSatisfying(
                        JobState.Failed.class,
                        failed ->
                                assertThat(failed.reason())
                                        .isEqualTo(new FailureReason.CancelledByUser()));
        assertThat(bench.isTidy()).isTrue();
        assertThat(bench.high("workspaces/w/output/a.csv")).isEmpty();
        assertThat(bench.saved().openOrders()).isEmpty();
    }

    @Test
    void cancelledJobKeepsItsLogForOperators() {
        executing(bench);
        bench.executor.say(A, "half way");

        bench.cancel(A);
        bench.release();

        assertThat(bench.hasLog(A)).isTrue();
    }

    @Test
    void cancellationComesTooLateOnceTheEndIsDecided() {
        bench.submit(job("w", "a"));
        bench.outputs.before("publish", () -> bench.order(A, StopReason.CANCELLED_BY_USER));

        bench.executor.finish(A, Exit.of(0));
        bench.tick();

        assertThat(bench.state(A)).isInstanceOf(JobState.Succeeded.class);
        assertThat(bench.high("workspaces/w/output/a.csv")).isPresent();
        assertThat(bench.saved().openOrders()).isEmpty();
    }

    @Test
    void cancellationOfADoneJobChangesNothing() {
        bench.programsEndWith(0).submit(job("w", "a"));
        Job done = bench.job(A);

        bench.cancel(A);

        assertThat(bench.job(A)).isEqualTo(done);
    }

    @Test
    void exitThatIsHeardJustBeforeTheCancellationLeavesACancelledJob() {
        bench.submit(job("w", "a"));
        bench.executor.finish(A, Exit.of(0));

        bench.cancel(A);

        assertCancelled();
    }

    @Test
    void exitThatIsHeardJustAfterTheCancellationLeavesACancelledJob() {
        bench.submit(job("w", "a"));
        bench.order(A, StopReason.CANCELLED_BY_USER);
        bench.executor.finish(A, Exit.of(0));

        bench.tick();

        assertCancelled();
    }

    @Test
    void cancellationOfAJobThatIsPutBackAtTheSameTimeWins() {
        bench.steps.hold();
        bench.submit(job("w", "a"));
        bench.study.failNext(new java.io.IOException("No space left on device"));
        bench.steps.runOne();

        bench.cancel(A);
        bench.release();

        assertCancelled();
    }

    @Test
    void cancellationDoesNotWaitForDiskSpaceForTheLog() {
        bench.submit(job("w", "a"));
        bench.outputs.before(
                "saveLog",
                () -> {
                    throw new java.io.IOException("No space left on device");
                });

        bench.cancel(A);

        assertCancelled();
    }

    @Test
    void cancellationIsNotMistakenForAFaultOfTheInterruptedStep() {
        bench.steps.hold();
        bench.submit(job("w", "a"));
        bench.study.whenExported(() -> {
            bench.cancel(A);
            throw new IllegalStateException("interrupted in the midst of something");
        });

        bench.steps.runOne();
        bench.release();

        assertCancelled();
    }

    @Test
    void dependentsOfACancelledJobFail() {
        bench.submit(job("w", "a"), job("w", "b", "a"));
        assertThat(bench.state(id("w", "b")))
                .isEqualTo(new JobState.Waiting(new WaitReason.Dependencies()));

        bench.cancel(A);

        assertThat(bench.state(id("w", "b")))
                .isInstanceOfSatisfying(
                        JobState.Failed.class,
                        failed ->
                                assertThat(failed.reason())
                                        .isInstanceOf(FailureReason.DependencyFailed.class));
    }

    @Test
    void endOfACancelledJobIsSetOnce() {
        bench.submit(job("w", "a"));
        bench.later(Duration.ofSeconds(5));
        bench.cancel(A);
        Instant end = ((JobState.Failed) bench.state(A)).finishedAt();

        bench.clock.advance(Duration.ofMinutes(1));
        bench.cancel(A);

        assertThat(((JobState.Failed) bench.state(A)).finishedAt()).isEqualTo(end);
    }
}

package org.securebackend.runner.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.securebackend.runner.job.JobState.Collecting;
import org.securebackend.runner.job.JobState.Executed;
import org.securebackend.runner.job.JobState.Executing;
import org.securebackend.runner.job.JobState.Failed;
import org.securebackend.runner.job.JobState.Overrunning;
import org.securebackend.runner.job.JobState.Prepared;
import org.securebackend.runner.job.JobState.Preparing;
import org.securebackend.runner.job.JobState.Publishing;
import org.securebackend.runner.job.JobState.Stopping;
import org.securebackend.runner.job.JobState.Succeeded;
import org.securebackend.runner.job.JobState.Waiting;
import org.securebackend.runner.pipeline.ActionName;

class JobLifeTest {
    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant T1 = T0.plusSeconds(60);

    private static final ImageDigest IMAGE = new ImageDigest("sha256:" + "0".repeat(64));
    private static final Exit FINE = Exit.of(0);
    private static final Exit BAD = Exit.of(1);

    private static final JobState WAITING = new Waiting(new WaitReason.Created());
    private static final JobState PREPARING = new Preparing(T0);
    private static final JobState PREPARED = new Prepared(T0);
    private static final JobState EXECUTING = new Executing(T0);
    private static final Duration LIMIT = Duration.ofHours(18);
    private static final JobState OVERRUNNING = new Overrunning(T0, LIMIT);
    private static final JobState EXECUTED = new Executed(T0, FINE);
    private static final JobState COLLECTING = new Collecting(T0, FINE);
    private static final JobState PUBLISHING = new Publishing(T0, new Verdict.Success(2));
    private static final JobState STOPPING = new Stopping(T0, StopReason.CANCELLED_BY_USER);
    private static final JobState SUCCEEDED =
            new Succeeded(Optional.of(T0), T1, new Success.Ran(2));
    private static final JobState FAILED =
            new Failed(Optional.of(T0), T1, new FailureReason.NonZeroExit(BAD));

    private static final JobEvent CANCEL = new JobEvent.StopRequested(StopReason.CANCELLED_BY_USER);
    private static final JobEvent MAINTENANCE =
            new JobEvent.StopRequested(StopReason.DATABASE_MAINTENANCE);
    private static final FailureReason.Platform PLATFORM =
            new FailureReason.Platform("broken", "ref");
    private static final JobEvent BROKE = new JobEvent.Broke(PLATFORM);
    private static final FailureReason.DependencyFailed LOST =
            new FailureReason.DependencyFailed(new ActionName("a"));

    static Stream<Arguments> moves() {
        var workers = new WaitReason.Workers(false);
        var brokenAfterStart = new Failed(Optional.of(T0), T1, PLATFORM);
        return Stream.of(
                Arguments.of(WAITING, new JobEvent.Blocked(workers), new Waiting(workers)),
                Arguments.of(WAITING, new JobEvent.SlotGranted(), new Preparing(T1)),
                Arguments.of(
                        WAITING,
                        new JobEvent.DependencyLost(LOST),
                        new Failed(Optional.empty(), T1, LOST)),
                Arguments.of(
                        WAITING,
                        CANCEL,
                        new Failed(Optional.empty(), T1, new FailureReason.CancelledByUser())),
                Arguments.of(WAITING, BROKE, new Failed(Optional.empty(), T1, PLATFORM)),
                Arguments.of(PREPARING, new JobEvent.WorkspaceReady(IMAGE), new Prepared(T1)),
                Arguments.of(PREPARED, new JobEvent.ProgramStarted(T1), EXECUTING),
                Arguments.of(PREPARED, new JobEvent.ProgramExited(FINE, T1), EXECUTED),
                Arguments.of(EXECUTING, new JobEvent.ProgramExited(FINE, T1), EXECUTED),
                Arguments.of(EXECUTING, new JobEvent.TimeLimitReached(LIMIT), OVERRUNNING),
                Arguments.of(
                        OVERRUNNING,
                        new JobEvent.Stopped(),
                        new Failed(Optional.of(T0), T1, new FailureReason.TimeLimit(LIMIT))),
                Arguments.of(OVERRUNNING, new JobEvent.StopCameLate(FINE), EXECUTED),
                Arguments.of(OVERRUNNING, BROKE, brokenAfterStart),
                Arguments.of(EXECUTED, new JobEvent.CollectingStarted(), COLLECTING),
                Arguments.of(COLLECTING, new JobEvent.Collected(List.of(), 2), PUBLISHING),
                Arguments.of(PUBLISHING, new JobEvent.Published(), SUCCEEDED),
                Arguments.of(PUBLISHING, BROKE, brokenAfterStart),
                Arguments.of(brokenAfterStart, new JobEvent.Retried(FINE), EXECUTED),
                Arguments.of(EXECUTING, BROKE, brokenAfterStart),
                Arguments.of(
                        PREPARING,
                        new JobEvent.PutBack(new WaitReason.Platform("disk full")),
                        new Waiting(new WaitReason.Platform("disk full"))),
                Arguments.of(
                        STOPPING,
                        new JobEvent.Stopped(),
                        new Failed(Optional.of(T0), T1, new FailureReason.CancelledByUser())),
                Arguments.of(
                        new Stopping(T0, StopReason.KILLED_BY_ADMIN),
                        new JobEvent.Stopped(),
                        new Failed(Optional.of(T0), T1, new FailureReason.KilledByAdmin())),
                Arguments.of(
                        new Stopping(T0, StopReason.DATABASE_MAINTENANCE),
                        new JobEvent.Stopped(),
                        new Waiting(new WaitReason.DatabaseMaintenance())),
                Arguments.of(
                        new Stopping(T0, StopReason.REBOOT),
                        new JobEvent.Stopped(),
                        new Waiting(new WaitReason.Reboot())),
                Arguments.of(new Stopping(T0, StopReason.DATABASE_MAINTENANCE), CANCEL, STOPPING));
    }

    @ParameterizedTest
    @MethodSource("moves")
    void eventMovesJob(JobState before, JobEvent event, JobState after) {
        assertThat(JobLife.next(before, event, T1)).contains(after);
    }

    static Stream<JobState> activeBeforeTheEndIsDecided() {
        return Stream.of(PREPARING, PREPARED, EXECUTING, EXECUTED, COLLECTING);
    }

    @ParameterizedTest
    @MethodSource("activeBeforeTheEndIsDecided")
    void runningJobCanBeCancelledUntilItsEndIsDecided(JobState before) {
        assertThat(JobLife.next(before, CANCEL, T1)).contains(STOPPING);
    }

    @Test
    void cancellationAfterTheEndIsDecidedComesTooLate() {
        assertThat(JobLife.next(PUBLISHING, CANCEL, T1)).isEmpty();
    }

    @Test
    void cancellationIsNotReplacedByMaintenance() {
        assertThat(JobLife.next(STOPPING, MAINTENANCE, T1)).isEmpty();
    }

    @Test
    void jobThatIsStoppedForItsTimeIsNotRunAgain() {
        assertThat(JobLife.next(OVERRUNNING, MAINTENANCE, T1)).isEmpty();
        assertThat(JobLife.next(OVERRUNNING, CANCEL, T1)).isEmpty();
        assertThat(JobLife.next(OVERRUNNING, new JobEvent.PutBack(new WaitReason.Reboot()), T1))
                .isEmpty();
    }

    static Stream<JobState> programsThatDoNotRun() {
        return Stream.of(WAITING, PREPARING, PREPARED, EXECUTED, COLLECTING, PUBLISHING, STOPPING);
    }

    @ParameterizedTest
    @MethodSource("programsThatDoNotRun")
    void timeLimitMeansNothingWhereNoProgramRuns(JobState state) {
        assertThat(JobLife.next(state, new JobEvent.TimeLimitReached(LIMIT), T1)).isEmpty();
    }

    static Stream<Arguments> verdicts() {
        return Stream.of(
                Arguments.of(FINE, List.of(), new Verdict.Success(0)),
                Arguments.of(
                        BAD,
                        List.of("a.csv"),
                        new Verdict.Failure(new FailureReason.NonZeroExit(BAD))),
                Arguments.of(
                        FINE,
                        List.of("a.csv"),
                        new Verdict.Failure(
                                new FailureReason.UnmatchedPatterns(List.of("a.csv")))));
    }

    @ParameterizedTest
    @MethodSource("verdicts")
    void whatWasCollectedDecidesTheEnd(Exit exit, List<String> unmatched, Verdict verdict) {
        assertThat(JobLife.next(new Collecting(T0, exit), new JobEvent.Collected(unmatched, 0), T1))
                .contains(new Publishing(T0, verdict));
    }

    static Stream<JobEvent> everyKindOfEvent() {
        return Stream.of(
                new JobEvent.Blocked(new WaitReason.Paused()),
                new JobEvent.SlotGranted(),
                new JobEvent.DependencyLost(LOST),
                new JobEvent.WorkspaceReady(IMAGE),
                new JobEvent.ProgramStarted(T1),
                new JobEvent.ProgramExited(FINE, T1),
                new JobEvent.TimeLimitReached(LIMIT),
                new JobEvent.CollectingStarted(),
                new JobEvent.Collected(List.of(), 0),
                new JobEvent.Published(),
                CANCEL,
                new JobEvent.Stopped(),
                new JobEvent.StopCameLate(FINE),
                new JobEvent.PutBack(new WaitReason.Reboot()),
                new JobEvent.Retried(FINE),
                BROKE);
    }

    @ParameterizedTest
    @MethodSource("everyKindOfEvent")
    void nothingLeavesAnEnd(JobEvent event) {
        assertThat(JobLife.next(SUCCEEDED, event, T1)).isEmpty();
        assertThat(JobLife.next(FAILED, event, T1)).isEmpty();
    }

    @Test
    void jobThatBrokeBeforeItStartedIsNotRetried() {
        var neverStarted = new Failed(Optional.empty(), T1, PLATFORM);

        assertThat(JobLife.next(neverStarted, new JobEvent.Retried(FINE), T1)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = StopReason.class,
            names = {"DATABASE_MAINTENANCE", "REBOOT"})
    void jobThatHasRunIsNotPutBack(StopReason why) {
        var stop = new JobEvent.StopRequested(why);

        assertThat(JobLife.next(EXECUTED, stop, T1)).isEmpty();
        assertThat(JobLife.next(COLLECTING, stop, T1)).isEmpty();
        assertThat(JobLife.next(new Stopping(T0, why), new JobEvent.StopCameLate(FINE), T1))
                .contains(EXECUTED);
    }

    @ParameterizedTest
    @EnumSource(
            value = StopReason.class,
            names = {"CANCELLED_BY_USER", "KILLED_BY_ADMIN"})
    void stopForGoodCountsEvenIfItCameLate(StopReason why) {
        var stopping = new Stopping(T0, why);

        assertThat(JobLife.next(stopping, new JobEvent.StopCameLate(FINE), T1)).isEmpty();
    }

    @Test
    void resultIsNotThrownAwayByALateSearch() {
        var putBack = new JobEvent.PutBack(new WaitReason.Platform("disappeared"));

        assertThat(JobLife.next(EXECUTED, putBack, T1)).isEmpty();
        assertThat(JobLife.next(COLLECTING, putBack, T1)).isEmpty();
    }

    @Test
    void lateEventMeansNothing() {
        assertThat(JobLife.next(EXECUTED, new JobEvent.ProgramStarted(T1), T1)).isEmpty();
        assertThat(JobLife.next(PREPARING, new JobEvent.ProgramExited(FINE, T1), T1)).isEmpty();
        assertThat(JobLife.next(STOPPING, new JobEvent.WorkspaceReady(IMAGE), T1)).isEmpty();
    }

    @Test
    void timesNeverRunBackwards() {
        Job job = waitingJob(T1);

        Job after = job.after(new JobEvent.SlotGranted(), T0).orElseThrow();

        assertThat(after.changedAt()).isEqualTo(T1.plusMillis(1));
    }

    @Test
    void sameReasonAgainChangesNothing() {
        Job job = waitingJob(T0);

        assertThat(job.after(new JobEvent.Blocked(new WaitReason.Created()), T1)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 256})
    void exitCodeOutsideOneByteIsRefused(int code) {
        assertThatIllegalArgumentException().isThrownBy(() -> Exit.of(code));
    }

    @ParameterizedTest
    @EnumSource(StopReason.class)
    void everyStopOfAWaitingJobTakesEffectAtOnce(StopReason why) {
        assertThat(JobLife.next(WAITING, new JobEvent.StopRequested(why), T1)).isPresent();
    }

    @Test
    void memoryLimitIsNamedInGibibytes() {
        var exit = new Exit(137, true, OptionalLong.of(4L << 30));
        var state = new Failed(Optional.of(T0), T1, new FailureReason.NonZeroExit(exit));

        assertThat(StatusText.of(state, StatusText.DatabaseAccess.NONE))
                .contains("out of memory")
                .contains("4.00GB");
    }

    private static Job waitingJob(Instant at) {
        var request = new RequestId("r");
        return Job.waiting(
                new JobDefinition(
                        JobId.of(request, "a"),
                        request,
                        new ActionName("a"),
                        at,
                        Optional.empty()));
    }
}

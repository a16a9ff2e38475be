package org.securebackend.runner.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.securebackend.runner.pipeline.ActionName;

/** What a job in trouble shows and remembers. */
class JobTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant LATER = START.plus(Duration.ofHours(1));
    private static final RequestId REQUEST = new RequestId("r");

    private static Job in(JobState state) {
        return new Job(
                new JobDefinition(
                        JobId.of(REQUEST, "a"),
                        REQUEST,
                        new ActionName("a"),
                        START,
                        Optional.empty()),
                state,
                START,
                3,
                Optional.empty());
    }

    private static Job after(Job job, JobEvent event) {
        return job.after(event, LATER).orElseThrow();
    }

    private static String text(Job job) {
        return StatusText.of(job, StatusText.DatabaseAccess.NONE);
    }

    @Test
    void hinderedJobStaysInItsStateAndSaysWhy() {
        Job before = in(new JobState.Collecting(START, Exit.of(0)));

        Job hindered = after(before, new JobEvent.Hindered("The disk is full"));

        assertThat(hindered.state()).isEqualTo(before.state());
        assertThat(hindered.changedAt()).isEqualTo(before.changedAt());
        assertThat(hindered.version()).isEqualTo(4);
        assertThat(text(hindered)).isEqualTo("The disk is full (Collecting and checking outputs)");
    }

    @Test
    void sameTroubleAgainChangesNothingAndOtherTroubleKeepsItsBeginning() {
        Job hindered =
                after(
                        in(new JobState.Prepared(START)),
                        new JobEvent.Hindered("The engine is away"));

        assertThat(
                        hindered.after(
                                new JobEvent.Hindered("The engine is away"), LATER.plusSeconds(9)))
                .isEmpty();
        Job other =
                hindered.after(new JobEvent.Hindered("The disk is full"), LATER.plusSeconds(9))
                        .orElseThrow();
        assertThat(other.hindrance())
                .contains(new Hindrance(LATER, Optional.of("The disk is full")));
    }

    @Test
    void jobThatIsTriedAgainShowsItsStateAndRemembersItsTrouble() {
        Job hindered =
                after(
                        in(new JobState.Prepared(START)),
                        new JobEvent.Hindered("The engine is away"));

        Job tried = after(hindered, new JobEvent.TriedAgain());

        assertThat(text(tried)).isEqualTo("Prepared and ready to run");
        assertThat(tried.hindrance()).contains(new Hindrance(LATER, Optional.empty()));
        assertThat(after(tried, new JobEvent.WentOn()).hindrance()).isEmpty();
    }

    @Test
    void jobThatMovesOnForgetsItsTrouble() {
        Job hindered =
                after(
                        in(new JobState.Prepared(START)),
                        new JobEvent.Hindered("The engine is away"));

        assertThat(after(hindered, new JobEvent.ProgramStarted(LATER)).hindrance()).isEmpty();
    }

    @Test
    void jobThatIsPutBackAgainAndAgainRemembersSinceWhen() {
        var putBack = new JobEvent.PutBack(new WaitReason.Platform("The disk is full"));
        Job waiting = after(in(new JobState.Preparing(START)), putBack);
        Job again = after(waiting, new JobEvent.SlotGranted());
        assertThat(text(again)).isEqualTo("Preparing your code and workspace files");

        Job waitingAgain = again.after(putBack, LATER.plusSeconds(60)).orElseThrow();

        assertThat(waitingAgain.hindrance().orElseThrow().since()).isEqualTo(waiting.changedAt());
        assertThat(after(waitingAgain, new JobEvent.Blocked(new WaitReason.Paused())).hindrance())
                .isEmpty();
    }

    @Test
    void waitingAndDoneJobsAreNotHindered() {
        var hindered = new JobEvent.Hindered("late news");

        assertThat(in(new JobState.Waiting(new WaitReason.Created())).after(hindered, LATER))
                .isEmpty();
        assertThat(
                        in(new JobState.Failed(
                                        Optional.empty(),
                                        START,
                                        new FailureReason.CancelledByUser()))
                                .after(hindered, LATER))
                .isEmpty();
    }
}

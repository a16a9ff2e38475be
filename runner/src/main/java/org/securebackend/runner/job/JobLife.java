package org.securebackend.runner.job;

import java.time.Instant;
import java.util.Optional;
import org.securebackend.runner.job.JobEvent.Blocked;
import org.securebackend.runner.job.JobEvent.Broke;
import org.securebackend.runner.job.JobEvent.Collected;
import org.securebackend.runner.job.JobEvent.CollectingStarted;
import org.securebackend.runner.job.JobEvent.DependencyLost;
import org.securebackend.runner.job.JobEvent.ProgramExited;
import org.securebackend.runner.job.JobEvent.ProgramStarted;
import org.securebackend.runner.job.JobEvent.Published;
import org.securebackend.runner.job.JobEvent.PutBack;
import org.securebackend.runner.job.JobEvent.Retried;
import org.securebackend.runner.job.JobEvent.SlotGranted;
import org.securebackend.runner.job.JobEvent.StopCameLate;
import org.securebackend.runner.job.JobEvent.StopRequested;
import org.securebackend.runner.job.JobEvent.Stopped;
import org.securebackend.runner.job.JobEvent.TimeLimitReached;
import org.securebackend.runner.job.JobEvent.WorkspaceReady;
import org.securebackend.runner.job.JobState.Active;
import org.securebackend.runner.job.JobState.Collecting;
import org.securebackend.runner.job.JobState.Done;
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

/** The one place that says which event moves a job from which state to which. */
public final class JobLife {
    private JobLife() {}

    private record Situation(JobState state, JobEvent event) {}

    /**
     * The state after {@code event}, or empty if that event means nothing in {@code state}: events
     * may come late or twice.
     *
     * @param now the time of the change, not before the last one
     */
    public static Optional<JobState> next(JobState state, JobEvent event, Instant now) {
        JobState next =
                switch (new Situation(state, event)) {
                    case Situation(
                                    Failed(var start, _, FailureReason.Platform _),
                                    Retried(var exit))
                            when start.isPresent() ->
                            new Executed(start.get(), exit);
                    case Situation(Done _, _) -> null;

                    case Situation(Waiting _, Blocked(var reason)) -> new Waiting(reason);
                    case Situation(Waiting _, SlotGranted _) -> new Preparing(now);
                    case Situation(Waiting _, DependencyLost(var reason)) ->
                            new Failed(Optional.empty(), now, reason);
                    case Situation(Waiting _, StopRequested(var why)) ->
                            stopped(why, Optional.empty(), now);
                    case Situation(Waiting _, Broke(var reason)) ->
                            new Failed(Optional.empty(), now, reason);

                    case Situation(Preparing _, WorkspaceReady _) -> new Prepared(now);
                    case Situation(Prepared(var start), ProgramStarted _) -> new Executing(start);
                    case Situation(Prepared(var start), ProgramExited(var exit, _)) ->
                            new Executed(start, exit);
                    case Situation(Executing(var start), ProgramExited(var exit, _)) ->
                            new Executed(start, exit);
                    case Situation(Executed(var start, var exit), CollectingStarted _) ->
                            new Collecting(start, exit);
                    case Situation(Collecting(var start, var exit), Collected collected) ->
                            new Publishing(start, verdict(exit, collected));

                    // From here on the end is decided: only its completion counts.
                    case Situation(Publishing(var start, var verdict), Published _) ->
                            ended(start, verdict, now);
                    case Situation(Publishing(var start, _), Broke(var reason)) ->
                            new Failed(Optional.of(start), now, reason);
                    case Situation(Publishing _, _) -> null;

                    case Situation(Stopping(var start, var why), Stopped _) ->
                            stopped(why, Optional.of(start), now);
                    case Situation(Stopping(var start, var before), StopRequested(var why)) ->
                            outranks(why, before) ? new Stopping(start, why) : null;
                    case Situation(Stopping(var start, var why), StopCameLate(var exit)) ->
                            isForGood(why) ? null : new Executed(start, exit);
                    case Situation(Stopping(var start, _), Broke(var reason)) ->
                            new Failed(Optional.of(start), now, reason);
                    case Situation(Stopping _, _) -> null;

                    case Situation(Executing(var start), TimeLimitReached(var limit)) ->
                            new Overrunning(start, limit);
                    case Situation(Overrunning(var start, var limit), Stopped _) ->
                            new Failed(Optional.of(start), now, new FailureReason.TimeLimit(limit));
                    case Situation(Overrunning(var start, _), StopCameLate(var exit)) ->
                            new Executed(start, exit);
                    case Situation(Overrunning(var start, _), Broke(var reason)) ->
                            new Failed(Optional.of(start), now, reason);
                    // It is being stopped already, and no other stop would let it run again.
                    case Situation(Overrunning _, _) -> null;

                    // What has run is not run again: maintenance or a reboot come too late.
                    case Situation(Executed _, StopRequested(var why)) when !isForGood(why) -> null;
                    case Situation(Collecting _, StopRequested(var why)) when !isForGood(why) ->
                            null;
                    case Situation(Active job, StopRequested(var why)) ->
                            new Stopping(job.startedAt(), why);
                    case Situation(Executed _, PutBack _) -> null;
                    case Situation(Collecting _, PutBack _) -> null;
                    case Situation(Active _, PutBack(var reason)) -> new Waiting(reason);
                    case Situation(Active job, Broke(var reason)) ->
                            new Failed(Optional.of(job.startedAt()), now, reason);

                    case Situation(_, _) -> null;
                };
        return Optional.ofNullable(next);
    }

    private static Verdict verdict(Exit exit, Collected collected) {
        if (exit.code() != 0) {
            return new Verdict.Failure(new FailureReason.NonZeroExit(exit));
        }
        if (!collected.unmatched().isEmpty()) {
            return new Verdict.Failure(new FailureReason.UnmatchedPatterns(collected.unmatched()));
        }
        return new Verdict.Success(collected.notReleased());
    }

    private static JobState ended(Instant start, Verdict verdict, Instant now) {
        return switch (verdict) {
            case Verdict.Success(var notReleased) ->
                    new Succeeded(Optional.of(start), now, new Success.Ran(notReleased));
            case Verdict.Failure(var reason) -> new Failed(Optional.of(start), now, reason);
        };
    }

    private static JobState stopped(StopReason why, Optional<Instant> start, Instant now) {
        return switch (why) {
            case CANCELLED_BY_USER -> new Failed(start, now, new FailureReason.CancelledByUser());
            case KILLED_BY_ADMIN -> new Failed(start, now, new FailureReason.KilledByAdmin());
            case DATABASE_MAINTENANCE -> new Waiting(new WaitReason.DatabaseMaintenance());
            case REBOOT -> new Waiting(new WaitReason.Reboot());
        };
    }

    /** A stop for good replaces a stop that would only put the job back. */
    private static boolean outranks(StopReason why, StopReason before) {
        return isForGood(why) && !isForGood(before);
    }

    private static boolean isForGood(StopReason why) {
        return switch (why) {
            case CANCELLED_BY_USER, KILLED_BY_ADMIN -> true;
            case DATABASE_MAINTENANCE, REBOOT -> false;
        };
    }
}

package org.securebackend.runner.job;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.securebackend.runner.pipeline.DataKind;

/**
 * What a user is told of a job's state, in one or two sentences. Made of constants, numbers and the
 * study author's own words only: nothing that a program chose gets out this way.
 */
public final class StatusText {
    private static final double GIBIBYTE = 1024.0 * 1024 * 1024;

    private StatusText() {}

    /** Whether a job's exit code can speak of a database. */
    public enum DatabaseAccess {
        NONE,
        REAL_DATA;

        /** Of a job, on a backend with such data. */
        public static DatabaseAccess of(Job job, DataKind data) {
            return job.definition().work().filter(work -> work.hasDatabaseAccess(data)).isPresent()
                    ? REAL_DATA
                    : NONE;
        }
    }

    /** The text for a job: what it waits for in the middle of its work, or its state. */
    public static String of(Job job, DatabaseAccess access) {
        String state = of(job.state(), access);
        return job.heldUpBy().map(cause -> "%s (%s)".formatted(cause, state)).orElse(state);
    }

    /** The text for {@code state}. */
    public static String of(JobState state, DatabaseAccess access) {
        return switch (state) {
            case JobState.Waiting(var reason) -> waiting(reason);
            case JobState.Preparing _ -> "Preparing your code and workspace files";
            case JobState.Prepared _ -> "Prepared and ready to run";
            case JobState.Executing _ -> "Executing job on the backend";
            case JobState.Executed _ -> "Job has finished executing and is waiting to be collected";
            case JobState.Collecting _ -> "Collecting and checking outputs";
            case JobState.Publishing _ -> "Outputs collected and checked, putting them in place";
            case JobState.Stopping(_, var why) -> stopping(why);
            case JobState.Overrunning(_, var limit) ->
                    "Ran longer than the backend's limit of %s, stopping the job"
                            .formatted(duration(limit));
            case JobState.Succeeded(_, _, var success) -> succeeded(success);
            case JobState.Failed(_, _, var reason) -> failed(reason, access);
        };
    }

    private static String waiting(WaitReason reason) {
        return switch (reason) {
            case WaitReason.Created _ -> "Created";
            case WaitReason.Paused _ ->
                    "Backend is paused for maintenance, job will start once it is unpaused";
            case WaitReason.DatabaseMaintenance _ ->
                    "Waiting for database to finish maintenance, job will start by itself";
            case WaitReason.Dependencies _ -> "Waiting on dependencies";
            case WaitReason.Workers(var heavy) ->
                    heavy
                            ? "Waiting on available workers for resource intensive job"
                            : "Waiting on available workers";
            case WaitReason.Memory _ -> "Waiting on available memory";
            case WaitReason.DatabaseWorkers _ -> "Waiting on available database workers";
            case WaitReason.Reboot _ -> "Backend is restarting, job will start again by itself";
            case WaitReason.Platform(var cause) -> cause;
        };
    }

    private static String stopping(StopReason why) {
        return switch (why) {
            case CANCELLED_BY_USER -> "Cancellation received, stopping the job";
            case KILLED_BY_ADMIN -> "Being stopped by an operator";
            case DATABASE_MAINTENANCE ->
                    "Being stopped for database maintenance, will start again by itself";
            case REBOOT -> "Being stopped for a restart of the backend, will start again by itself";
        };
    }

    private static String succeeded(Success success) {
        return switch (success) {
            case Success.Ran(var notReleased) when notReleased == 0 -> "Completed successfully";
            case Success.Ran(var notReleased) ->
                    "Completed successfully, but %d file%s marked as moderately_sensitive %s left out of level 4; see the job's log"
                            .formatted(
                                    notReleased,
                                    notReleased == 1 ? "" : "s",
                                    notReleased == 1 ? "was" : "were");
            case Success.AlreadyRan _ ->
                    "All actions have already completed successfully; force a re-run of dependencies to run them again";
            case Success.AlreadyScheduled _ ->
                    "All requested actions were already scheduled to run";
            case Success.Recorded(var message) -> message;
        };
    }

    private static String failed(FailureReason reason, DatabaseAccess access) {
        return switch (reason) {
            case FailureReason.NonZeroExit(var exit) -> {
                String why = exitReason(exit, access);
                yield "Job exited with an error" + (why.isEmpty() ? "" : ": " + why);
            }
            case FailureReason.UnmatchedPatterns(var patterns) ->
                    "No outputs found matching patterns: " + String.join(", ", patterns);
            case FailureReason.CancelledByUser _ -> "Cancelled by user";
            case FailureReason.KilledByAdmin _ -> "Killed by an operator of the backend";
            case FailureReason.TimeLimit(var limit) ->
                    "Stopped because it ran longer than %s, which is the longest that a job may run on this backend"
                            .formatted(duration(limit));
            case FailureReason.DependencyFailed(var action) ->
                    "Not starting as dependency failed: " + action;
            case FailureReason.StaleCodelists(var action) ->
                    "Codelists are out of date (required by action %s); update them and try again"
                            .formatted(action);
            case FailureReason.RequestError(var errorClass, var text) -> errorClass + ": " + text;
            case FailureReason.CannotRun(var text) -> text;
            case FailureReason.Platform(var message, var reference) ->
                    "%s (reference for support: %s)".formatted(message, reference);
            case FailureReason.Recorded(_, var message) -> message;
        };
    }

    private static String exitReason(Exit exit, DatabaseAccess access) {
        if (exit.code() == Exit.KILLED) {
            return exit.outOfMemory()
                    ? "ran out of memory" + limit(exit.memoryLimitBytes())
                    : "killed, either by an operator or by the backend's memory limits";
        }
        return switch (access) {
            case NONE -> "";
            case REAL_DATA -> databaseReason(exit.code());
        };
    }

    private static String limit(OptionalLong bytes) {
        return bytes.isPresent()
                ? String.format(Locale.ROOT, " (limit was %.2fGB)", bytes.getAsLong() / GIBIBYTE)
                : "";
    }

    /** In whole units, the largest first: {@code 1 day 12 hours}. */
    private static String duration(Duration time) {
        var parts = new ArrayList<String>();
        append(parts, time.toDaysPart(), "day");
        append(parts, time.toHoursPart(), "hour");
        append(parts, time.toMinutesPart(), "minute");
        append(parts, time.toSecondsPart(), "second");
        return parts.isEmpty() ? time.toMillis() + " milliseconds" : String.join(" ", parts);
    }

    private static void append(List<String> parts, long count, String unit) {
        if (count > 0) {
            parts.add(count + " " + unit + (count == 1 ? "" : "s"));
        }
    }

    private static String databaseReason(int code) {
        return switch (code) {
            case 3 ->
                    "a transient database error occurred, try again and contact support if it persists";
            case 4 -> "new data is being imported into the database, try again in a few hours";
            case 5 -> "something went wrong with the database, please contact support";
            default -> "";
        };
    }
}

package org.securebackend.runner.housekeeping;

import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * Decides what may go, and why: pure, and the only place where that is decided. What a rule does
 * not give a reason for stays. An open job's things always do.
 */
final class LeftoverRule {
    /** After its end a job's things may still be on their way: published, moved, removed. */
    static final Duration SETTLING = Duration.ofHours(1);

    /** For the scheduler to remove them itself, however long the engine is away. */
    static final Duration TIDYING = Duration.ofDays(1);

    /** Another runner's, perhaps, or from before a backup was put back. */
    static final Duration UNKNOWN = Duration.ofDays(7);

    /** A file that is being written changes all the time. */
    static final Duration WRITING = Duration.ofDays(1);

    private final Keeping keeping;
    private final Instant now;

    LeftoverRule(Keeping keeping, Instant now) {
        this.keeping = keeping;
        this.now = now;
    }

    /**
     * Whether program and workspace of a job may go.
     *
     * @param idleSince since when all of it rests; empty if it does not
     */
    Optional<String> ofProgram(Standing standing, Optional<Instant> idleSince) {
        return switch (standing) {
            case Standing.Open _ -> Optional.empty();
            case Standing.Unknown _ -> idleSince.flatMap(this::ofUnknown);
            case Standing.Done(var end, var rest) -> ofDone(end, rest);
        };
    }

    /** Whether outputs may go that were collected and never published. */
    Optional<String> ofStaged(Standing standing, Instant changedAt) {
        return ofProgram(standing, Optional.of(changedAt));
    }

    private Optional<String> ofDone(Instant end, Standing.Rest rest) {
        return switch (rest) {
            case TIDY -> reason(end, SETTLING, "its job is over");
            case TO_BE_TIDIED -> reason(end, TIDYING, "its job is over, and was not tidied up");
            case BROKEN ->
                    reason(
                            end,
                            longer(keeping.broken(), SETTLING),
                            "the platform failed its job, and its time is over");
        };
    }

    private Optional<String> ofUnknown(Instant changedAt) {
        return reason(changedAt, UNKNOWN, "its job is unknown");
    }

    /** Whether outputs of a job that did not succeed may go. */
    Optional<String> ofFailed(Standing standing, Instant changedAt) {
        return switch (standing) {
            case Standing.Open _ -> Optional.empty();
            case Standing.Unknown _ ->
                    reason(changedAt, longer(keeping.failedOutputs(), UNKNOWN), "its time is over");
            case Standing.Done(var end, _) ->
                    reason(end, longer(keeping.failedOutputs(), SETTLING), "its time is over");
        };
    }

    /** Whether a temporary file may go. */
    Optional<String> ofTemporary(Instant changedAt) {
        return reason(changedAt, WRITING, "nobody goes on writing it");
    }

    /** Whether the logs of a month may go. */
    Optional<String> ofLogs(YearMonth month) {
        // In every time zone on earth the month is over by then.
        Instant end = month.plusMonths(1).atDay(2).atStartOfDay(ZoneOffset.UTC).toInstant();
        return keeping.logs().flatMap(time -> reason(end, time, "their time is over"));
    }

    private Optional<String> reason(Instant since, Duration kept, String why) {
        return since.plus(kept).isAfter(now) ? Optional.empty() : Optional.of(why);
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }
}

package org.securebackend.runner.job;

import java.time.Duration;
import java.util.List;
import org.securebackend.runner.pipeline.ActionName;

/** Why a job failed. Texts are for its user: never a file's content, a secret or a host's path. */
public sealed interface FailureReason {

    /** The program's exit code was not 0. */
    record NonZeroExit(Exit exit) implements FailureReason {}

    /** Patterns that matched no file, in the order of the file. */
    record UnmatchedPatterns(List<String> patterns) implements FailureReason {
        public UnmatchedPatterns {
            patterns = List.copyOf(patterns);
        }
    }

    /** Its user cancelled it. */
    record CancelledByUser() implements FailureReason {}

    /** An operator killed it. */
    record KilledByAdmin() implements FailureReason {}

    /** It ran longer than {@code limit}, the longest that the backend lets a job run. */
    record TimeLimit(Duration limit) implements FailureReason {}

    /** A job whose outputs it needs did not succeed. */
    record DependencyFailed(ActionName action) implements FailureReason {}

    /** The study's codelists are out of date, and {@code action} needs the database. */
    record StaleCodelists(ActionName action) implements FailureReason {}

    /** The request could not be planned: an error class of project-yaml.md and a text. */
    record RequestError(String errorClass, String text) implements FailureReason {}

    /**
     * Something of the study, its inputs or its workspace keeps the job from running; the text says
     * what its user can do.
     */
    record CannotRun(String text) implements FailureReason {}

    /**
     * Our fault or the platform's; {@code message} is for the user, {@code reference} finds the log
     * line.
     */
    record Platform(String message, String reference) implements FailureReason {}

    /**
     * As another runner recorded it, whose history was taken over: the server's word for it, and
     * what its user read.
     */
    record Recorded(String code, String message) implements FailureReason {}
}

package org.securebackend.runner.job;

import java.util.Optional;

/**
 * When a job that the platform failed can have its outputs collected again. Pure; the command that
 * asks and the daemon that does it answer alike.
 */
public final class RetryRule {
    private RetryRule() {}

    /** What is left of a job's program. */
    public enum Remains {
        /** It ended by itself, and all that it left is there. */
        WHOLE,
        /** The container is not there, or was never started. */
        NONE,
        /** It is still running. */
        RUNNING
    }

    /**
     * Why a retry cannot work, for the operator; empty if it can.
     *
     * @param newest the newest run of the job's action in its workspace, if there is one
     */
    public static Optional<String> hindrance(Job job, Optional<Job> newest, Remains remains) {
        if (!(job.state() instanceof JobState.Done done)) {
            return Optional.of("it is not finished");
        }
        return byEnd(done)
                .or(() -> byNewerRun(job, newest))
                .or(() ->
                        switch (remains) {
                            case WHOLE -> Optional.empty();
                            case NONE ->
                                    Optional.of(
                                            "its container and workspace are gone; request the action again");
                            case RUNNING -> Optional.of("its program still runs");
                        });
    }

    private static Optional<String> byEnd(JobState.Done done) {
        return switch (done) {
            case JobState.Succeeded _ -> Optional.of("it succeeded");
            case JobState.Failed(var started, _, FailureReason.Platform _) ->
                    started.isPresent()
                            ? Optional.empty()
                            : Optional.of("it never ran; request the action again");
            case JobState.Failed _ ->
                    Optional.of(
                            "the platform is not why it failed, and it would fail again; request the action again once the cause is mended");
        };
    }

    private static Optional<String> byNewerRun(Job job, Optional<Job> newest) {
        return newest.filter(other -> !other.id().equals(job.id()))
                .map(other -> "a newer run of this action is there: job %s".formatted(other.id()));
    }
}

package org.securebackend.runner.job;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Where a job stands. Each state carries exactly the facts that are true in it: a waiting job has
 * no start, a finished one cannot lack its end.
 */
public sealed interface JobState {

    /** Not done: some event will move it. */
    sealed interface Open extends JobState {}

    /** Accepted; something must happen first. */
    record Waiting(WaitReason reason) implements Open {}

    /** Has a slot; its workspace exists or is being made. */
    sealed interface Active extends Open {
        /** When the slot was granted; from {@link Prepared} on, when the workspace was ready. */
        Instant startedAt();
    }

    /** The workspace is being filled with code and inputs. */
    record Preparing(Instant startedAt) implements Active {}

    /** The workspace is ready; the program is about to start. */
    record Prepared(Instant startedAt) implements Active {}

    /** The program runs. */
    record Executing(Instant startedAt) implements Active {}

    /** The program ended; its files were not looked at yet. */
    record Executed(Instant startedAt, Exit exit) implements Active {}

    /** Its outputs are being collected and checked; nothing is visible to anybody yet. */
    record Collecting(Instant startedAt, Exit exit) implements Active {}

    /**
     * Its end is decided and saved; its files are being put in place. Nothing can change the end.
     */
    record Publishing(Instant startedAt, Verdict verdict) implements Active {}

    /** It is being stopped; over when nothing of its program is left running. */
    record Stopping(Instant startedAt, StopReason why) implements Active {}

    /** It ran longer than {@code limit} and is being stopped for that. */
    record Overrunning(Instant startedAt, Duration limit) implements Active {}

    /** Over. Only an operator's retry of a job that the platform failed leads out of it. */
    sealed interface Done extends JobState {
        /** When it started, if it did. */
        Optional<Instant> started();

        /** When its last file was put in place, or when it was given up; not before its start. */
        Instant finishedAt();
    }

    /** Ended well, and every promised output was found. */
    record Succeeded(Optional<Instant> started, Instant finishedAt, Success success)
            implements Done {}

    /** Ended otherwise; the reason is for the user to read. */
    record Failed(Optional<Instant> started, Instant finishedAt, FailureReason reason)
            implements Done {}
}

package org.securebackend.runner.job;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Something that happened to a job. */
public sealed interface JobEvent {

    /** It cannot start yet. */
    record Blocked(WaitReason reason) implements JobEvent {}

    /** It got a slot. */
    record SlotGranted() implements JobEvent {}

    /** It will never start: a job whose outputs it needs did not succeed. */
    record DependencyLost(FailureReason.DependencyFailed reason) implements JobEvent {}

    /** Its workspace is ready, and {@code image} is what will run in it. */
    record WorkspaceReady(ImageDigest image) implements JobEvent {}

    /** Its program was started at {@code at}, by the executor's clock. */
    record ProgramStarted(Instant at) implements JobEvent {}

    /** Its program ended at {@code at}, by the executor's clock. */
    record ProgramExited(Exit exit, Instant at) implements JobEvent {}

    /** Collecting of its outputs began. */
    record CollectingStarted() implements JobEvent {}

    /**
     * Its outputs were collected and checked.
     *
     * @param unmatched the patterns that matched no file, in the order of the file
     * @param notReleased how many moderately sensitive files did not pass the checks
     */
    record Collected(List<String> unmatched, int notReleased) implements JobEvent {
        public Collected {
            unmatched = List.copyOf(unmatched);
        }
    }

    /** Its files are in place. */
    record Published() implements JobEvent {}

    /** Somebody asked for its end. */
    record StopRequested(StopReason why) implements JobEvent {}

    /** It has run for as long as any job may. */
    record TimeLimitReached(Duration limit) implements JobEvent {}

    /**
     * Its program had ended by itself before the stop was asked for. Its result stands if the stop
     * would only have put it back.
     */
    record StopCameLate(Exit exit) implements JobEvent {}

    /** Nothing of its program is running any more. */
    record Stopped() implements JobEvent {}

    /** Its program, workspace or start was lost to something that can pass: it begins anew. */
    record PutBack(WaitReason reason) implements JobEvent {}

    /**
     * An operator wants its outputs collected again after trouble of the platform; its program had
     * ended by itself, and what it left is still there.
     */
    record Retried(Exit exit) implements JobEvent {}

    /** It cannot go on. */
    record Broke(FailureReason reason) implements JobEvent {}

    /** Says how the work of a job's state is getting on; the state stays as it is. */
    sealed interface Remark extends JobEvent {}

    /** The work met trouble that can pass; {@code cause} is for the user to read. */
    record Hindered(String cause) implements Remark {}

    /** The trouble may be over: the work is being tried again, and has gone on for a while. */
    record TriedAgain() implements Remark {}

    /** The trouble is over. */
    record WentOn() implements Remark {}
}

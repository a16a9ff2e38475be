package org.securebackend.runner.job;

import java.time.Instant;
import java.util.Optional;

/**
 * One action of one request, and where it stands.
 *
 * @param changedAt when {@code state} became what it is
 * @param version grows by one with every saved change, from 0; a write with an older one is stale
 * @param image what runs or ran, once it is known
 */
public record Job(
        JobDefinition definition,
        JobState state,
        Instant changedAt,
        long version,
        Optional<ImageDigest> image) {

    private static final long STEP_MILLIS = 1;

    /** A job as it is planned. */
    public static Job waiting(JobDefinition definition) {
        return new Job(
                definition,
                new JobState.Waiting(new WaitReason.Created()),
                definition.createdAt(),
                0,
                Optional.empty());
    }

    /** A job that was over when it was made: it only tells something. */
    public static Job over(JobDefinition definition, JobState.Done end) {
        return new Job(definition, end, definition.createdAt(), 0, Optional.empty());
    }

    /**
     * This job after {@code event}, or empty if the event means nothing now. Times never run
     * backwards: a change that would lie before the last one is put just behind it.
     *
     * @param at when the change happened
     */
    public Optional<Job> after(JobEvent event, Instant at) {
        Instant earliest = changedAt.plusMillis(STEP_MILLIS);
        Instant now = at.isBefore(earliest) ? earliest : at;
        return JobLife.next(state, event, now)
                .filter(next -> !next.equals(state))
                .map(next -> new Job(definition, next, now, version + 1, imageAfter(event)));
    }

    private Optional<ImageDigest> imageAfter(JobEvent event) {
        return event instanceof JobEvent.WorkspaceReady(var digest) ? Optional.of(digest) : image;
    }

    /** This job, known to run {@code digest}. */
    public Job running(ImageDigest digest) {
        return new Job(definition, state, changedAt, version, Optional.of(digest));
    }

    public JobId id() {
        return definition.id();
    }

    /** Its work. @throws IllegalStateException if it only tells something */
    public Work work() {
        return definition
                .work()
                .orElseThrow(() -> new IllegalStateException("job " + id() + " has no work"));
    }

    /** When it started, if it did. */
    public Optional<Instant> startedAt() {
        return switch (state) {
            case JobState.Waiting _ -> Optional.empty();
            case JobState.Active active -> Optional.of(active.startedAt());
            case JobState.Done done -> done.started();
        };
    }

    public boolean isDone() {
        return state instanceof JobState.Done;
    }
}

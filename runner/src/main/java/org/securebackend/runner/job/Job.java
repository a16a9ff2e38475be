package org.securebackend.runner.job;

import java.time.Instant;
import java.util.Optional;

/**
 * One action of one request, and where it stands.
 *
 * @param changedAt when {@code state} became what it is
 * @param version grows by one with every saved change, from 0; a write with an older one is stale
 * @param image what runs or ran, once it is known
 * @param hindrance trouble that it has met in its state, and that can pass by itself
 */
public record Job(
        JobDefinition definition,
        JobState state,
        Instant changedAt,
        long version,
        Optional<ImageDigest> image,
        Optional<Hindrance> hindrance) {

    /** A job that has met no trouble. */
    public Job(
            JobDefinition definition,
            JobState state,
            Instant changedAt,
            long version,
            Optional<ImageDigest> image) {
        this(definition, state, changedAt, version, image, Optional.empty());
    }

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
        return event instanceof JobEvent.Remark remark ? remarked(remark, at) : moved(event, at);
    }

    private Optional<Job> moved(JobEvent event, Instant at) {
        Instant earliest = changedAt.plusMillis(STEP_MILLIS);
        Instant now = at.isBefore(earliest) ? earliest : at;
        return JobLife.next(state, event, now)
                .filter(next -> !next.equals(state))
                .map(next ->
                        new Job(
                                definition,
                                next,
                                now,
                                version + 1,
                                imageAfter(event),
                                hindranceAfter(event, now)));
    }

    /** A change of what the job waits for in its state, which stays as it is. */
    private Optional<Job> remarked(JobEvent.Remark remark, Instant at) {
        if (!(state instanceof JobState.Active)) {
            return Optional.empty();
        }
        Optional<Hindrance> next =
                switch (remark) {
                    case JobEvent.Hindered(var cause) -> Optional.of(hindered(cause, at));
                    case JobEvent.TriedAgain _ -> hindrance.map(Hindrance::tryingAgain);
                    case JobEvent.WentOn _ -> Optional.empty();
                };
        return next.equals(hindrance)
                ? Optional.empty()
                : Optional.of(new Job(definition, state, changedAt, version + 1, image, next));
    }

    private Hindrance hindered(String cause, Instant now) {
        return new Hindrance(hindrance.map(Hindrance::since).orElse(now), Optional.of(cause));
    }

    /** Trouble is remembered from one attempt to prepare the job to the next. */
    private Optional<Hindrance> hindranceAfter(JobEvent event, Instant now) {
        return switch (event) {
            case JobEvent.PutBack(WaitReason.Platform(var cause)) ->
                    Optional.of(hindered(cause, now));
            case JobEvent.SlotGranted _ -> hindrance.map(Hindrance::tryingAgain);
            default -> Optional.empty();
        };
    }

    private Optional<ImageDigest> imageAfter(JobEvent event) {
        return event instanceof JobEvent.WorkspaceReady(var digest) ? Optional.of(digest) : image;
    }

    /** This job, known to run {@code digest}. */
    public Job running(ImageDigest digest) {
        return new Job(definition, state, changedAt, version, Optional.of(digest), hindrance);
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

    /** What it waits for in the middle of its work, if it does. */
    public Optional<String> heldUpBy() {
        return state instanceof JobState.Active
                ? hindrance.flatMap(Hindrance::cause)
                : Optional.empty();
    }

    public boolean isDone() {
        return state instanceof JobState.Done;
    }
}

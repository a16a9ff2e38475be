package org.securebackend.runner.job;

import java.time.Duration;
import java.time.Instant;

/**
 * How long the container and workspace are kept of a job that the platform failed after its program
 * had ended, so that a retry can collect its outputs. Bounded, for they take up the disk.
 */
public record KeepingTime(Duration time) {

    /**
     * Whether what {@code kept} has left may be removed now. What other jobs have left may be once
     * they are done.
     */
    public boolean isOver(Job kept, Instant now) {
        return kept.state() instanceof JobState.Done done && !until(done).isAfter(now);
    }

    /** When it may be removed. */
    public Instant until(JobState.Done end) {
        return end.finishedAt().plus(time);
    }
}

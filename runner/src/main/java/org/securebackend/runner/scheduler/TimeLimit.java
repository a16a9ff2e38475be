package org.securebackend.runner.scheduler;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobEvent;
import org.securebackend.runner.job.JobState;

/**
 * How long a program may run. Counted from the saved time at which its workspace was ready, so that
 * a restart neither shortens nor lengthens it.
 *
 * @param longest empty: as long as it likes
 */
public record TimeLimit(Optional<Duration> longest) {
    public static final TimeLimit NONE = new TimeLimit(Optional.empty());

    /** What happens to a job whose program has run for too long. */
    Optional<JobEvent> reached(Job job, Instant now) {
        return longest.flatMap(limit ->
                left(job, limit, now)
                        .filter(left -> !left.isPositive())
                        .map(_ -> new JobEvent.TimeLimitReached(limit)));
    }

    /** The time until the first of these jobs has run for too long; empty if none ever will. */
    Optional<Duration> next(Collection<Job> jobs, Instant now) {
        return longest.flatMap(limit ->
                jobs.stream()
                        .flatMap(job -> left(job, limit, now).stream())
                        .min(Duration::compareTo)
                        .map(left -> left.isNegative() ? Duration.ZERO : left));
    }

    private static Optional<Duration> left(Job job, Duration limit, Instant now) {
        return job.state() instanceof JobState.Executing(var start)
                ? Optional.of(limit.minus(Duration.between(start, now)))
                : Optional.empty();
    }
}

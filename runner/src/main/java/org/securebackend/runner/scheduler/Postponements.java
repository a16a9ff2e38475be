package org.securebackend.runner.scheduler;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.securebackend.runner.job.JobId;

/**
 * Jobs that gave up their slot because of trouble that can pass, and when each is tried again:
 * later each time that the trouble comes back. Belongs to the scheduler's thread.
 */
final class Postponements {
    /** A job that had no trouble for so long starts with the shortest wait again. */
    private static final Duration MEMORY = Duration.ofMinutes(1);

    private final Patience patience;
    private final Map<JobId, Postponement> postponed = new HashMap<>();

    private record Postponement(int times, Pause pause) {}

    Postponements(Patience patience) {
        this.patience = patience;
    }

    void postpone(JobId job, Instant now) {
        Postponement before = postponed.get(job);
        int times = before == null ? 1 : before.times() + 1;
        postponed.put(job, new Postponement(times, new Pause(now, patience.after(times))));
    }

    boolean contains(JobId job, Instant now) {
        Postponement postponement = postponed.get(job);
        return postponement != null && !postponement.pause().isOver(now);
    }

    /** The job got beyond its trouble. */
    void forget(JobId job) {
        postponed.remove(job);
    }

    void forgetPast(Instant now) {
        postponed.values().removeIf(each -> isForgotten(each.pause(), now));
    }

    private static boolean isForgotten(Pause pause, Instant now) {
        return new Pause(pause.since(), pause.length().plus(MEMORY)).isOver(now);
    }

    /** All may be tried now. */
    void clear() {
        postponed.clear();
    }

    /** The time until the next one may be tried; empty if none is waiting. */
    Optional<Duration> next(Instant now) {
        return postponed.values().stream()
                .map(postponement -> postponement.pause().left(now))
                .filter(Duration::isPositive)
                .min(Duration::compareTo);
    }
}

package org.securebackend.runner.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobState;

/** Times as operators read them. */
final class Times {
    private Times() {}

    /** UTC, whole seconds. */
    static String utc(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** Hours, minutes, seconds; hours do not end at 24. */
    static String runtime(Duration duration) {
        long seconds = Math.max(0, duration.toSeconds());
        return String.format(
                Locale.ROOT, "%02d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }

    /** How long ago, in its largest unit: {@code 45s}, {@code 12m}, {@code 3h}, {@code 20d}. */
    static String age(Instant then, Instant now) {
        Duration age = Duration.between(then, now);
        if (age.toDays() > 0) {
            return age.toDays() + "d";
        }
        if (age.toHours() > 0) {
            return age.toHours() + "h";
        }
        return age.toMinutes() > 0 ? age.toMinutes() + "m" : Math.max(0, age.toSeconds()) + "s";
    }

    /** How long a job has run so far, or ran; empty if it did not start. */
    static String runtime(Job job, Instant now) {
        Instant end = job.state() instanceof JobState.Done done ? done.finishedAt() : now;
        return job.startedAt().map(start -> runtime(Duration.between(start, end))).orElse("-");
    }
}

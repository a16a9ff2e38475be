package org.securebackend.runner.executor;

import java.time.Instant;
import java.util.Optional;
import org.securebackend.runner.job.JobId;

/**
 * Something that is there of a job.
 *
 * @param kind what it is, in a word or two
 * @param place where it is, for people
 * @param idleSince since when nothing has happened to it; empty if something may be going on
 */
public record Remains(JobId job, String kind, String place, Optional<Instant> idleSince) {

    /** Something that rests. */
    public static Remains idle(JobId job, String kind, String place, Instant since) {
        return new Remains(job, kind, place, Optional.of(since));
    }

    /** Something that is at work. */
    public static Remains inUse(JobId job, String kind, String place) {
        return new Remains(job, kind, place, Optional.empty());
    }
}

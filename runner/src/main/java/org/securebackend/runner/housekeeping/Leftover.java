package org.securebackend.runner.housekeeping;

import java.util.List;
import java.util.Optional;
import org.securebackend.runner.executor.Remains;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.outputs.StoredRemains.Remnant;

/**
 * Something that may go.
 *
 * @param kind what it is, in a word or two
 * @param place where it is, for people
 * @param reason why it may go
 */
public record Leftover(
        String kind, String place, Optional<JobId> job, long bytes, String reason, Thing thing) {

    /** What is removed. */
    sealed interface Thing {
        /** All that there is of a job on this host. */
        record OfJob(JobId job, List<Remains> remains) implements Thing {}

        /** Something in a storage. */
        record Stored(Remnant remnant) implements Thing {}
    }
}

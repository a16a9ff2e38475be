package org.securebackend.runner.housekeeping;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.securebackend.runner.job.FailureReason;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.store.JobStore;

/** How a job stands, as far as it matters for what is left of it. */
sealed interface Standing {

    /** No such job is on record. */
    record Unknown() implements Standing {}

    /** It is not done: all of it is needed. */
    record Open() implements Standing {}

    /** It is done. */
    record Done(Instant at, Rest rest) implements Standing {}

    /** What is to become of the rest of a job that is done. */
    enum Rest {
        /** Nothing should be left. */
        TIDY,
        /** The scheduler is about to remove it. */
        TO_BE_TIDIED,
        /** The platform failed it: kept for a while, so that somebody can look or try again. */
        BROKEN
    }

    /** How a job stands now. */
    static Standing of(JobId id, JobStore store) {
        Optional<Job> found = store.job(id);
        if (found.isEmpty()) {
            return new Unknown();
        }
        return found.get().state() instanceof JobState.Done done
                ? new Done(done.finishedAt(), rest(done, id, store.untidyJobs()))
                : new Open();
    }

    private static Rest rest(JobState.Done done, JobId id, List<Job> untidy) {
        if (done instanceof JobState.Failed(_, _, FailureReason.Platform _)) {
            return Rest.BROKEN;
        }
        return untidy.stream().anyMatch(job -> job.id().equals(id)) ? Rest.TO_BE_TIDIED : Rest.TIDY;
    }
}

package org.securebackend.runner.housekeeping;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
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
        /** The platform failed it after its program had ended: kept for a while for a retry. */
        BROKEN
    }

    /** How a job stands now. */
    static Standing of(JobId id, JobStore store) {
        Optional<Job> found = store.job(id);
        if (found.isEmpty()) {
            return new Unknown();
        }
        return found.get().state() instanceof JobState.Done done
                ? new Done(done.finishedAt(), rest(id, store))
                : new Open();
    }

    private static Rest rest(JobId id, JobStore store) {
        if (has(store.keptJobs(), id)) {
            return Rest.BROKEN;
        }
        return has(store.untidyJobs(), id) ? Rest.TO_BE_TIDIED : Rest.TIDY;
    }

    private static boolean has(List<Job> jobs, JobId id) {
        return jobs.stream().anyMatch(job -> job.id().equals(id));
    }
}

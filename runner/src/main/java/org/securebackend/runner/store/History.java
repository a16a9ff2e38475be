package org.securebackend.runner.store;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobRequest;
import org.securebackend.runner.job.JobResults;

/** What another runner knew, to be taken over by this one. */
public interface History {
    /** Gives every request with its jobs, oldest first. */
    void forEach(Consumer<PastRequest> taker);

    /** All flags by name. */
    Map<String, JobStore.Flag> flags();

    /** A request, and all its jobs in the order of their plan. */
    record PastRequest(JobRequest request, List<PastJob> jobs) {
        public PastRequest {
            jobs = List.copyOf(jobs);
        }
    }

    /**
     * A job as it stands.
     *
     * @param results what was found in its workspace, if that was looked at
     * @param owned the paths of its outputs that are still its in the workspace
     */
    record PastJob(Job job, Optional<JobResults> results, Set<String> owned) {
        public PastJob {
            owned = Set.copyOf(owned);
        }
    }

    /**
     * What was new.
     *
     * @param flags the names of those that were set
     */
    record Taken(int requests, int jobs, List<String> flags) {
        public Taken {
            flags = List.copyOf(flags);
        }
    }
}

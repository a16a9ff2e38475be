package org.securebackend.runner.server;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.JobMetrics;
import org.securebackend.runner.job.JobRequest;
import org.securebackend.runner.job.RequestId;

/**
 * The job server, as far as a runner needs it. Both calls block, end within a bounded time and
 * throw {@link JobServerException}.
 */
public interface JobServer {

    /** All active requests, every page of them. */
    Poll poll(Map<String, FlagValue> flags);

    /**
     * Tells the server of these requests. Each stands for all its jobs: the server forgets the ones
     * that are left out.
     *
     * @param now the {@code updated_at} of jobs that wait or run
     */
    void report(List<RequestReport> reports, Map<String, FlagValue> flags, Instant now);

    /**
     * An answer to a poll.
     *
     * @param requests oldest first
     * @param malformed what is not a request that can be run
     */
    record Poll(List<JobRequest> requests, List<Malformed> malformed) {
        public Poll {
            requests = List.copyOf(requests);
            malformed = List.copyOf(malformed);
        }
    }

    /**
     * An element of an answer that is not a request.
     *
     * @param id its id, if that much can be made out
     * @param problem what is wrong, for its author
     * @param original the element as received, JSON
     */
    record Malformed(Optional<RequestId> id, String problem, String original) {}

    /**
     * A request and all its jobs, in the order of its plan.
     *
     * @param metrics what the programs of these jobs have used, as far as it was measured
     */
    record RequestReport(RequestId request, List<Job> jobs, Map<JobId, JobMetrics> metrics) {
        public RequestReport {
            jobs = List.copyOf(jobs);
            metrics = Map.copyOf(metrics);
        }
    }

    /** A flag's value, if it is set, and when it last changed. */
    record FlagValue(Optional<String> value, Instant changedAt) {}
}

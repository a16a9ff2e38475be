package org.securebackend.runner.store;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.JobMetrics;
import org.securebackend.runner.job.JobRequest;
import org.securebackend.runner.job.JobResults;
import org.securebackend.runner.job.OutputFile;
import org.securebackend.runner.job.RequestId;
import org.securebackend.runner.job.StopReason;
import org.securebackend.runner.job.WorkspaceName;
import org.securebackend.runner.pipeline.ActionName;

/**
 * Where everything that must survive is kept, and where the loops, the commands and the page meet.
 * What a method has saved is on disk when it returns. Safe for use by several threads and several
 * processes; throws {@link StoreException} if the database cannot be read or written.
 */
public interface JobStore extends AutoCloseable {

    // Requests

    /**
     * Saves a request and its jobs, all or none.
     *
     * @return false if the request, or a job of the same id, is known already: nothing is changed
     */
    boolean add(JobRequest request, List<Job> jobs);

    /** Which of these requests are known. */
    List<RequestId> known(Collection<RequestId> ids);

    Optional<JobRequest> request(RequestId id);

    // Jobs

    /** All jobs that are not done, oldest first (by creation, then by place in their plan). */
    List<Job> openJobs();

    /**
     * Jobs that are done, but whose program and workspace may still be there; without the {@link
     * #keptJobs}.
     */
    List<Job> untidyJobs();

    /**
     * Jobs that the platform failed after their program had ended, the oldest end first. What they
     * have left is kept for a retry.
     */
    List<Job> keptJobs();

    /** All jobs of a request, in the order of its plan; empty if it is unknown. */
    List<Job> jobsOf(RequestId request);

    Optional<Job> job(JobId id);

    /** Jobs whose id starts so, at most {@code limit}, newest first. */
    List<Job> jobsStartingWith(String idStart, int limit);

    /** The jobs created last, newest first. */
    List<Job> newestJobs(int limit);

    /**
     * The workspace state: of each action its newest job, among those that have work and were not
     * cancelled by their user.
     */
    List<Job> latestRuns(WorkspaceName workspace);

    /**
     * Saves changed jobs, all or none, and notes that their requests have something to report. A
     * job that succeeded becomes the owner of its output files in the workspace: files that the
     * action owned before and did not make again are forgotten.
     *
     * @throws StaleJobException if a job in the store is not exactly one version behind
     */
    void save(Collection<Job> changed);

    /** Saves what was found in the workspace of a job, in place of what was saved before. */
    void saveResults(JobId job, JobResults results);

    /** What was found in the workspace of a job, if that was looked at. */
    Optional<JobResults> results(JobId job);

    /** When each workspace last got a slot for one of its jobs, as far as it ever did. */
    Map<WorkspaceName, Instant> lastTurns();

    /** Notes that nothing of a job's program and workspace is left. */
    void markTidy(JobId job);

    // What programs use

    /** Keeps what the programs of these jobs have used, in place of what was kept before. */
    void saveMetrics(Map<JobId, JobMetrics> metrics);

    /** What the programs of these jobs have used, as far as it was measured. */
    Map<JobId, JobMetrics> metrics(Collection<JobId> jobs);

    // Files in workspaces

    /** The outputs of these jobs, by job, sorted by path. */
    Map<JobId, List<OutputFile>> outputsOf(Collection<JobId> jobs);

    /**
     * The job whose output each of these paths of the workspace is now; absent ones are left out.
     */
    Map<String, JobId> owners(WorkspaceName workspace, Collection<String> paths);

    /** The files in the workspace that the last successful job of that action made. */
    List<OutputFile> filesOf(WorkspaceName workspace, ActionName action);

    /** Every file in the workspace that is some job's output, with that job, sorted by path. */
    List<OwnedFile> filesOf(WorkspaceName workspace);

    /** The workspaces that have such files, by name. */
    List<WorkspaceName> workspacesWithFiles();

    /** An output and the job that made it. */
    record OwnedFile(OutputFile file, JobId job) {}

    // Orders: what users and operators want done, applied by the scheduler

    /**
     * Orders a job to be stopped. Repeating an order changes nothing: a stop for good is ordered
     * once in a job's life, any other once until it is closed. A job that is done or unknown has
     * nothing to stop, so no order is kept.
     */
    void orderStop(JobId job, StopReason why, Instant at);

    /** Orders not yet carried out, oldest first. */
    List<StopOrder> openOrders();

    /** Notes that orders were carried out, or meant nothing any more. */
    void closeOrders(Collection<Long> ids, Instant at);

    /** An order to stop a job. */
    record StopOrder(long id, JobId job, StopReason why, Instant at) {}

    /**
     * Notes that a job's program is about to be told to end. Forgotten when the job's state
     * changes.
     */
    void markStopSent(JobId job, Instant at);

    /** When it was first noted that the job's program is told to end, since its last change. */
    Optional<Instant> stopSent(JobId job);

    /** Orders something about a kept job, once until it is done; means nothing for any other. */
    void orderKept(JobId job, KeptOrder.Wish wish, Instant at);

    /**
     * Orders about jobs that are kept, oldest first. They are closed when the job is retried or
     * tidy.
     */
    List<KeptOrder> openKeptOrders();

    /** An order about a job that the platform failed and that is kept. */
    record KeptOrder(long id, JobId job, Wish wish, Instant at) {

        /** What is wanted. */
        public enum Wish {
            /** Its outputs are to be collected again. */
            RETRY,
            /** What it has left is to be removed. */
            REMOVE
        }
    }

    // Flags

    /** All flags by name, those that were cleared too. */
    Map<String, Flag> flags();

    /** Sets a flag, or clears it with empty; the same value again keeps the time. */
    default void setFlag(String name, Optional<String> value, Instant at) {
        setFlags(Map.of(name, value), at);
    }

    /** As {@link #setFlag}, all or none; values by name. */
    void setFlags(Map<String, Optional<String>> values, Instant at);

    /** Notes that the daemon acts on these values; one that has changed since is not touched. */
    void markFlagsSeen(Map<String, Flag> flags, Instant at);

    /** Whether the daemon has yet to take up a change of a flag. */
    boolean hasUnseenFlags();

    /** A flag's value, if it is set, and when it last changed. */
    record Flag(Optional<String> value, Instant changedAt) {}

    // Reports

    /** Requests of the server with changes that it was not told of, oldest change first. */
    List<UnreportedRequest> unreported();

    /** Requests of the server that have jobs which are not done. */
    List<UnreportedRequest> openRequests();

    /** Notes that the server knows all changes up to {@code mark}. */
    void markReported(RequestId request, long mark);

    /**
     * A request and the mark of its newest change. Read before the jobs that are to be reported.
     */
    record UnreportedRequest(RequestId id, long mark) {}

    @Override
    void close();
}

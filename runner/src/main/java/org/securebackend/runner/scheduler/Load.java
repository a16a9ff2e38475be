package org.securebackend.runner.scheduler;

import java.util.HashMap;
import java.util.Map;
import org.securebackend.runner.job.WaitReason;
import org.securebackend.runner.job.WorkspaceName;

/** What running jobs take of the capacity, in all and for each workspace. For one thread. */
final class Load {
    /** One worker, in the unit of {@link Candidate#weight}. */
    static final long WORKER = 1_000_000;

    private final Capacity capacity;
    private final Map<WorkspaceName, Share> shares = new HashMap<>();
    private long taken;
    private long takenByDatabaseJobs;
    private int jobs;
    private int databaseJobs;

    private static final class Share {
        private long taken;
        private long takenByDatabaseJobs;
    }

    Load(Capacity capacity) {
        this.capacity = capacity;
    }

    /** The job runs from now on. */
    void take(Candidate job) {
        Share share = shares.computeIfAbsent(job.workspace(), _ -> new Share());
        share.taken += job.weight();
        taken += job.weight();
        jobs++;
        if (job.hasDatabaseAccess()) {
            share.takenByDatabaseJobs += job.weight();
            takenByDatabaseJobs += job.weight();
            databaseJobs++;
        }
    }

    long of(WorkspaceName workspace) {
        Share share = shares.get(workspace);
        return share == null ? 0 : share.taken;
    }

    long ofDatabaseJobs(WorkspaceName workspace) {
        Share share = shares.get(workspace);
        return share == null ? 0 : share.takenByDatabaseJobs;
    }

    boolean hasRoomFor(Candidate job) {
        return hasWorkersFor(job.weight()) && hasDatabaseWorkerFor(job) && hasMemoryBeside(jobs);
    }

    /** Whether {@code first} takes nothing that {@code second} waits for. */
    boolean hasRoomForBoth(Candidate first, Candidate second) {
        return hasWorkersFor(first.weight() + second.weight())
                && hasMemoryBeside(jobs + 1)
                && !(first.hasDatabaseAccess() && second.hasDatabaseAccess());
    }

    private boolean hasWorkersFor(long weight) {
        return taken + weight <= capacity.workers() * WORKER;
    }

    private boolean hasDatabaseWorkerFor(Candidate job) {
        return !job.hasDatabaseAccess() || databaseJobs < capacity.databaseWorkers();
    }

    private boolean hasMemoryBeside(int running) {
        return capacity.memory().hasRoomBeside(running);
    }

    /**
     * Whether the job is to start before all that have no database: as long as database jobs leave
     * the others the workers that they cannot use themselves.
     */
    boolean prefers(Candidate job) {
        return job.hasDatabaseAccess()
                && capacity.databaseWorkers() < capacity.workers()
                && takenByDatabaseJobs + job.weight() <= capacity.databaseWorkers() * WORKER;
    }

    /** What a job that did not start waits for. */
    WaitReason shortageOf(Candidate job) {
        if (!hasMemoryBeside(jobs)) {
            return new WaitReason.Memory();
        }
        if (hasWorkersFor(job.weight()) && !hasDatabaseWorkerFor(job) && !job.isHeavy()) {
            return new WaitReason.DatabaseWorkers();
        }
        // Of a heavy job always: how long it has waited must not begin anew with another reason.
        return new WaitReason.Workers(job.isHeavy());
    }
}

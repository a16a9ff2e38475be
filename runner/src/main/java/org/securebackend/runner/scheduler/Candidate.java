package org.securebackend.runner.scheduler;

import java.time.Instant;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.WorkspaceName;

/**
 * A job as those see it who share out slots.
 *
 * @param weight in millionths of a worker: sums of fractions are exact so, in whatever order
 */
record Candidate(Job job, long weight, Access access) {

    enum Access {
        DATABASE,
        NONE
    }

    WorkspaceName workspace() {
        return job.work().workspace();
    }

    Instant createdAt() {
        return job.definition().createdAt();
    }

    boolean hasDatabaseAccess() {
        return access == Access.DATABASE;
    }

    boolean isHeavy() {
        return weight > Load.WORKER;
    }
}

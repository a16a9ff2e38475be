package org.securebackend.runner.scheduler;

import java.time.Instant;
import java.util.List;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobEvent;
import org.securebackend.runner.job.JobId;

/** What wakes the scheduler. */
sealed interface Signal {

    /** New jobs are in the store. */
    record JobsAdded(List<Job> jobs) implements Signal {
        public JobsAdded {
            jobs = List.copyOf(jobs);
        }
    }

    /** Something happened to a job, and was heard of then. */
    record Happened(JobId job, JobEvent event, Instant heardAt) implements Signal {}

    /** The loop begins: what is in the store is all there is to know. */
    record Started() implements Signal {}

    /** Some waiting time has changed. */
    record LookAgain() implements Signal {}

    /** Somebody ordered something. */
    record OrdersGiven() implements Signal {}

    /** Another process may have written jobs, orders or flags. */
    record StoreChanged() implements Signal {}

    /** The executor cannot be reached. */
    record ExecutorLost() implements Signal {}

    /** The executor can be reached; programs may have ended unseen. */
    record ExecutorConnected() implements Signal {}
}

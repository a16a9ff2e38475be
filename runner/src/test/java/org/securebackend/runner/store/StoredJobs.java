package org.securebackend.runner.store;

import java.time.Instant;
import java.util.List;
import org.securebackend.runner.job.Job;

/** Jobs in a store, for tests of other rooms. */
public final class StoredJobs {
    private StoredJobs() {}

    /** A job that was made at {@code at} and runs since a few seconds later. */
    public static Job executing(JobStore store, Instant at) {
        Job job = Samples.waiting("r1", "a", at);
        store.add(Samples.request("r1"), List.of(job));
        return Samples.executing(store, job);
    }
}

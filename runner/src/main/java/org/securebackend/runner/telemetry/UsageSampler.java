package org.securebackend.runner.telemetry;

import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.securebackend.runner.executor.Executor;
import org.securebackend.runner.executor.ExecutorException;
import org.securebackend.runner.executor.UsageReading;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.JobMetrics;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.store.JobStore;
import org.securebackend.runner.store.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures what running programs use, now and then, and keeps it in the store, where reports and
 * commands find it. Trouble costs a sample, never a job. Safe for several threads.
 */
public final class UsageSampler implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(UsageSampler.class);

    private final Executor executor;
    private final JobStore store;
    private final InstantSource clock;
    private final AtomicBoolean atWork = new AtomicBoolean();

    public UsageSampler(Executor executor, JobStore store, InstantSource clock) {
        this.executor = executor;
        this.store = store;
        this.clock = clock;
    }

    /** Takes one sample of every running program; nothing while the last round is at work. */
    @Override
    public void run() {
        if (!atWork.compareAndSet(false, true)) {
            return;
        }
        try {
            sample();
        } catch (ExecutorException | StoreException e) {
            log.debug("no sample of what programs use this time", e);
        } finally {
            atWork.set(false);
        }
    }

    private void sample() {
        List<Job> running =
                store.openJobs().stream()
                        .filter(job -> job.state() instanceof JobState.Executing)
                        .toList();
        if (running.isEmpty()) {
            return;
        }
        Map<JobId, JobMetrics> before = store.metrics(running.stream().map(Job::id).toList());
        var after = new LinkedHashMap<JobId, JobMetrics>();
        for (Job job : running) {
            reading(job)
                    .map(reading -> {
                        JobMetrics known = before.get(job.id());
                        return known == null ? JobMetrics.first(reading) : known.after(reading);
                    })
                    .ifPresent(metrics -> after.put(job.id(), metrics));
        }
        store.saveMetrics(after);
    }

    private Optional<JobMetrics.Reading> reading(Job job) {
        Optional<UsageReading> usage = executor.usage(job.id());
        Instant now = clock.instant();
        return usage.flatMap(read ->
                job.startedAt()
                        .map(start ->
                                new JobMetrics.Reading(
                                        read.program(),
                                        read.processorTime(),
                                        read.memoryBytes(),
                                        start,
                                        now)));
    }
}

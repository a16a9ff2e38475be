package org.securebackend.runner.scheduler;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.job.KeepingTime;
import org.securebackend.runner.store.JobStore.KeptOrder;

/**
 * The jobs that the platform failed and whose container and workspace are kept for a while, and the
 * orders about them that are being carried out: one at a time for each job, so that nothing is
 * removed of a job that is being retried. Belongs to the scheduler's thread.
 */
final class Kept {
    private final KeepingTime time;
    private final Map<JobId, Job> jobs = new LinkedHashMap<>();
    private final Map<JobId, Long> inHand = new HashMap<>();

    Kept(KeepingTime time) {
        this.time = time;
    }

    /** These are kept, and no others. */
    void are(Collection<Job> kept) {
        jobs.clear();
        kept.forEach(job -> jobs.put(job.id(), job));
    }

    /** The job is open again, or what it left is being removed. */
    void forget(JobId job) {
        jobs.remove(job);
    }

    /** Jobs whose time is over, which are so forgotten. */
    List<Job> takeOver(Instant now) {
        List<Job> over =
                jobs.values().stream()
                        .filter(job -> !inHand.containsKey(job.id()) && time.isOver(job, now))
                        .toList();
        over.forEach(job -> forget(job.id()));
        return over;
    }

    /** Those of all open orders whose jobs nobody has in hand. */
    List<KeptOrder> untouched(List<KeptOrder> open) {
        inHand.values().retainAll(open.stream().map(KeptOrder::id).collect(Collectors.toSet()));
        return open.stream().filter(order -> !inHand.containsKey(order.job())).toList();
    }

    /** Whether the caller is to carry this order out, as nobody else has the job in hand. */
    boolean takeInHand(KeptOrder order) {
        return inHand.putIfAbsent(order.job(), order.id()) == null;
    }

    /** When {@link #takeOver} may give something. */
    Stream<Instant> turns() {
        return jobs.values().stream()
                .flatMap(job ->
                        job.state() instanceof JobState.Done done
                                ? Stream.of(time.until(done))
                                : Stream.empty());
    }
}

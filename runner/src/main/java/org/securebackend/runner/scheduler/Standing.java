package org.securebackend.runner.scheduler;

import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.pipeline.DataKind;
import org.securebackend.runner.scheduler.Conditions.Switch;
import org.securebackend.runner.store.BackendOrders;
import org.securebackend.runner.store.JobStore;

/**
 * What the scheduler knows from one pass to the next. All of it can be read again from the store or
 * asked of the executor. Belongs to the scheduler's thread.
 */
final class Standing {
    private final JobStore store;
    private final JobTable table = new JobTable();
    private final Postponements postponements;
    private final Map<JobId, Job> toResume = new LinkedHashMap<>();
    private final Set<JobId> untouched = new HashSet<>();
    private final Set<Long> carriedOut = new HashSet<>();

    private final Kept kept;
    private boolean keptIsRead;
    private final OrderNews orderNews = new OrderNews();

    private Map<String, JobStore.Flag> flags = Map.of();
    private boolean flagsAreSeen;
    private BackendOrders orders = BackendOrders.NONE;
    private Switch executorReachable = Switch.UNKNOWN;

    Standing(JobStore store, Scheduler.Settings settings) {
        this.store = store;
        this.postponements = new Postponements(settings.patience());
        this.kept = new Kept(settings.delays().keepBroken());
    }

    JobTable table() {
        return table;
    }

    Postponements postponements() {
        return postponements;
    }

    /** Orders that were carried out, but are still open in the store. */
    Set<Long> carriedOut() {
        return carriedOut;
    }

    Kept kept() {
        return kept;
    }

    /** What the flags say is being acted on: whoever set them may know. */
    void confirmFlags(Instant now) {
        if (!flagsAreSeen) {
            store.markFlagsSeen(flags, now);
            flagsAreSeen = true;
        }
    }

    OrderNews orderNews() {
        return orderNews;
    }

    /** Another job is kept. */
    void keptHasChanged() {
        keptIsRead = false;
    }

    void refreshKept() {
        if (!keptIsRead) {
            kept.are(store.keptJobs());
            keptIsRead = true;
        }
    }

    BackendOrders orders() {
        return orders;
    }

    Conditions conditions(DataKind data, Instant now) {
        return Conditions.of(orders, executorReachable, data, now);
    }

    void executorIs(Switch reachable) {
        executorReachable = reachable;
    }

    void readFlags() {
        Map<String, JobStore.Flag> now = store.flags();
        if (!now.equals(flags)) {
            flags = now;
            orders = BackendOrders.of(now);
            flagsAreSeen = false;
        }
    }

    void readTurns() {
        table.turnsWere(store.lastTurns());
    }

    /** Takes in jobs that are not known yet; done ones are none of the scheduler's business. */
    void add(Collection<Job> jobs) {
        for (Job job : jobs) {
            if (!job.isDone() && !table.contains(job.id())) {
                add(job);
            }
        }
    }

    private void add(Job job) {
        table.add(job, store::job);
        if (job.version() == 0) {
            untouched.add(job.id());
        }
        if (job.state() instanceof JobState.Active) {
            resume(job);
        }
    }

    /** The work of the job's state is taken up again once the current pass is saved. */
    void resume(Job job) {
        toResume.put(job.id(), job);
    }

    void resumeExecuting() {
        table.jobs().stream()
                .filter(job -> job.state() instanceof JobState.Executing)
                .forEach(this::resume);
    }

    /** Jobs whose work is to be taken up again, which are so forgotten. */
    List<Job> takeToResume() {
        var jobs = List.copyOf(toResume.values());
        toResume.clear();
        return jobs;
    }

    /** Takes over a saved change. */
    void update(Job job) {
        table.update(job);
        kept.forget(job.id());
        toResume.remove(job.id());
        if (job.state() instanceof JobState.Active) {
            untouched.remove(job.id());
        }
    }

    /** Takes over a saved change that left the job in its state. */
    void note(Job job) {
        table.update(job);
        toResume.replace(job.id(), job);
    }

    /** Whether nothing was ever done for a job that has come to its end; asked once. */
    boolean wasUntouched(Job done) {
        return untouched.remove(done.id());
    }

    /** Reads all jobs again; somebody else has changed one. */
    void reload() {
        for (Job known : List.copyOf(table.jobs())) {
            store.job(known.id())
                    .filter(job -> job.version() != known.version())
                    .ifPresent(job -> {
                        untouched.remove(job.id());
                        update(job);
                        resume(job);
                    });
        }
    }
}

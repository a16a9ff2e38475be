package org.securebackend.runner.scheduler;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.securebackend.runner.executor.Execution;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobEvent;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.job.StopReason;
import org.securebackend.runner.job.WaitReason;
import org.securebackend.runner.scheduler.Conditions.Switch;
import org.securebackend.runner.store.JobStore;
import org.securebackend.runner.store.JobStore.StopOrder;
import org.securebackend.runner.store.StaleJobException;
import org.securebackend.runner.store.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one loop that changes the state of jobs: decide, save, act. It sleeps until something
 * happens, and does no work itself: that is what the {@link Step}s are for, which run elsewhere and
 * answer with events.
 *
 * <p>{@link #run} belongs to one thread; the methods that post signals may be called by any.
 */
public final class Scheduler
        implements Runnable, org.securebackend.runner.executor.Executor.Listener {
    private static final Logger log = LoggerFactory.getLogger(Scheduler.class);

    private static final Duration IDLE = Duration.ofMinutes(1);

    private final JobStore store;
    private final Steps steps;
    private final Settings settings;
    private final InstantSource clock;
    private final Runnable onChange;

    private final Inbox inbox = new Inbox();
    private final JobTable table = new JobTable();
    private final Effects effects;
    private final Map<JobId, Postponement> postponed = new HashMap<>();

    private Map<String, JobStore.Flag> flags = Map.of();
    private Switch executorReachable = Switch.OFF;
    private int failedPasses;
    private volatile boolean stopping;

    /** How the scheduler decides. */
    public record Settings(Capacity capacity, Conditions.DataKind data, Patience patience) {}

    private record Postponement(int times, Instant until) {}

    /**
     * @param onChange told whenever changed jobs were saved; must not block
     */
    public Scheduler(
            JobStore store,
            Steps steps,
            Settings settings,
            Surroundings surroundings,
            Runnable onChange) {
        this.store = store;
        this.steps = steps;
        this.settings = settings;
        this.clock = surroundings.clock();
        this.onChange = onChange;
        this.effects =
                new Effects(
                        surroundings.threads(),
                        settings.patience(),
                        (job, event) ->
                                inbox.put(new Signal.Happened(job, event, clock.instant())));
    }

    /**
     * What is passed in so that tests can decide it.
     *
     * @param threads runs the steps; each may block for long
     */
    public record Surroundings(InstantSource clock, Executor threads) {}

    // Signals, from any thread

    /** New jobs were saved. */
    public void jobsAdded(List<Job> jobs) {
        inbox.put(new Signal.JobsAdded(jobs));
    }

    /** Orders were saved. */
    public void ordersGiven() {
        inbox.put(new Signal.OrdersGiven());
    }

    /** Somebody else may have changed the store. */
    public void storeChanged() {
        inbox.put(new Signal.StoreChanged());
    }

    @Override
    public void ended(JobId job, Execution.Ended end) {
        inbox.put(
                new Signal.Happened(
                        job, new JobEvent.ProgramExited(end.exit(), end.at()), end.at()));
    }

    @Override
    public void lost() {
        inbox.put(new Signal.ExecutorLost());
    }

    @Override
    public void connected() {
        inbox.put(new Signal.ExecutorConnected());
    }

    /** Ends {@link #run} soon. Programs go on; what steps were doing is resumed by the next run. */
    public void stop() {
        stopping = true;
        effects.close();
        inbox.put(new Signal.StoreChanged());
    }

    // The loop

    @Override
    public void run() {
        inbox.put(new Signal.StoreChanged());
        tidyUp();
        while (!stopping) {
            try {
                List<Signal> batch = inbox.take(patience());
                if (!stopping) {
                    passes(batch);
                }
            } catch (InterruptedException e) {
                log.debug("interrupted: stopping", e);
                stopping = true;
            }
        }
    }

    /** Takes up the tidying of jobs that were done when the last run ended. */
    private void tidyUp() {
        try {
            for (Job job : store.untidyJobs()) {
                steps.stepFor(job).ifPresent(step -> effects.launch(job, step));
            }
        } catch (StoreException e) {
            log.error("leftovers of finished jobs could not be listed; left for the next start", e);
        }
    }

    /** Handles everything that has been posted, and what that leads to at once. For tests. */
    void tick() throws InterruptedException {
        List<Signal> batch;
        do {
            batch = inbox.drain();
            passes(batch);
        } while (!batch.isEmpty());
    }

    private Duration patience() {
        Instant now = clock.instant();
        return postponed.values().stream()
                .map(postponement -> Duration.between(now, postponement.until()))
                .filter(wait -> wait.isPositive() && wait.compareTo(IDLE) < 0)
                .min(Duration::compareTo)
                .orElse(IDLE);
    }

    /** Passes until nothing changes any more: what one decides may let the next decide more. */
    private void passes(List<Signal> signals) throws InterruptedException {
        List<Signal> batch = signals;
        boolean changed = true;
        while (!stopping && (changed || !batch.isEmpty())) {
            var pass = new Pass();
            batch = pass(pass, batch);
            changed = !pass.changes.isEmpty();
        }
    }

    private List<Signal> pass(Pass pass, List<Signal> batch) throws InterruptedException {
        try {
            List<Signal> later = pass.run(batch);
            failedPasses = 0;
            return later;
        } catch (StaleJobException e) {
            log.warn("a job was changed by somebody else: reading it again", e);
            pass.changes.clear();
            reload();
            inbox.putBack(batch);
        } catch (StoreException e) {
            failedPasses++;
            Duration wait = settings.patience().after(failedPasses);
            log.error(
                    "the job store failed; nothing was decided, trying again in {} ms",
                    wait.toMillis(),
                    e);
            pass.changes.clear();
            inbox.putBack(batch);
            Thread.sleep(wait);
        } catch (RuntimeException e) {
            pass.changes.clear();
            isolate(batch, e);
        }
        return List.of();
    }

    /** One bad signal must not stop the others: each is tried alone, and the bad one is dropped. */
    private void isolate(List<Signal> batch, RuntimeException failure) throws InterruptedException {
        if (batch.size() <= 1) {
            log.error("this could not be handled and is dropped: {}", batch, failure);
            return;
        }
        for (Signal signal : batch) {
            passes(List.of(signal));
        }
    }

    private void reload() {
        List.copyOf(table.jobs()).forEach(job -> store.job(job.id()).ifPresent(table::update));
    }

    /** One round of decide, save, act. */
    private final class Pass {
        private final Map<JobId, Job> changes = new LinkedHashMap<>();
        private final List<Signal> later = new ArrayList<>();
        private final List<Long> carriedOut = new ArrayList<>();
        private final List<Job> resumed = new ArrayList<>();

        /** Returns the signals that are left for the next round. */
        List<Signal> run(List<Signal> signals) {
            signals.forEach(this::take);
            admit();
            if (!changes.isEmpty()) {
                store.save(changes.values());
            }
            if (!carriedOut.isEmpty()) {
                store.closeOrders(carriedOut, clock.instant());
            }
            commit();
            return later;
        }

        private void take(Signal signal) {
            switch (signal) {
                case Signal.JobsAdded(var jobs) -> jobs.forEach(this::add);
                case Signal.Happened(var id, var event, var at) -> happened(signal, id, event, at);
                case Signal.OrdersGiven _ -> readOrders();
                case Signal.StoreChanged _ -> {
                    flags = store.flags();
                    store.openJobs().forEach(this::add);
                    readOrders();
                }
                case Signal.ExecutorLost _ -> {
                    log.warn("the executor cannot be reached; running programs go on unseen");
                    executorReachable = Switch.OFF;
                }
                case Signal.ExecutorConnected _ -> executorConnected();
            }
        }

        private void add(Job job) {
            if (job.isDone() || table.contains(job.id())) {
                return;
            }
            table.add(job, store::job);
            if (job.state() instanceof JobState.Active) {
                resumed.add(job);
            }
        }

        private void executorConnected() {
            executorReachable = Switch.ON;
            postponed.clear();
            effects.tryAgainNow();
            for (Job job : table.jobs()) {
                if (job.state() instanceof JobState.Executing) {
                    resumed.add(job);
                }
            }
        }

        private void happened(Signal signal, JobId id, JobEvent event, Instant at) {
            if (changes.containsKey(id)) {
                later.add(signal);
                return;
            }
            Optional<Job> job = table.find(id);
            if (job.isEmpty()) {
                log.debug("job {} is not open; ignored: {}", id, event);
                return;
            }
            decide(job.get(), event, at);
        }

        private void decide(Job job, JobEvent event, Instant at) {
            job.after(event, at).ifPresent(next -> changes.put(job.id(), next));
        }

        private void readOrders() {
            for (StopOrder order : store.openOrders()) {
                Optional<Job> job = table.find(order.job());
                if (job.isPresent() && changes.containsKey(order.job())) {
                    later.add(new Signal.OrdersGiven());
                } else {
                    job.ifPresent(found ->
                            decide(
                                    found,
                                    new JobEvent.StopRequested(order.why()),
                                    clock.instant()));
                    carriedOut.add(order.id());
                }
            }
        }

        private void admit() {
            Instant now = clock.instant();
            postponed.values().removeIf(postponement -> isOver(postponement, now));
            var conditions = Conditions.of(flags, executorReachable, settings.data());
            stopForMaintenance(conditions, now);
            var admission =
                    new Admission(
                            table,
                            conditions,
                            settings.capacity(),
                            job -> changes.containsKey(job.id()) || isPostponed(job));
            for (Admission.Decision decision : admission.decide()) {
                decide(decision.job(), decision.event(), now);
            }
        }

        private void stopForMaintenance(Conditions conditions, Instant now) {
            if (!conditions.databaseMaintenance().isOn()) {
                return;
            }
            for (Job job : table.jobs()) {
                if (usesTheDatabase(job)
                        && conditions.hasDatabaseAccess(job)
                        && !changes.containsKey(job.id())) {
                    decide(job, new JobEvent.StopRequested(StopReason.DATABASE_MAINTENANCE), now);
                }
            }
        }

        private void commit() {
            for (Job job : changes.values()) {
                table.update(job);
                postpone(job);
                Narrator.tell(job);
            }
            for (Job job : changes.values()) {
                steps.stepFor(job).ifPresent(step -> effects.launch(job, step));
            }
            for (Job job : resumed) {
                table.find(job.id())
                        .filter(found -> found.equals(job))
                        .flatMap(found -> steps.resume(found))
                        .ifPresent(step -> effects.launch(job, step));
            }
            if (!changes.isEmpty()) {
                onChange.run();
            }
        }

        private void postpone(Job job) {
            if (!(job.state() instanceof JobState.Waiting(WaitReason.Platform _))
                    || job.state().equals(new JobState.Waiting(Admission.EXECUTOR_AWAY))) {
                if (!(job.state() instanceof JobState.Preparing)) {
                    postponed.remove(job.id());
                }
                return;
            }
            Postponement before = postponed.get(job.id());
            int times = before == null ? 1 : before.times() + 1;
            postponed.put(
                    job.id(),
                    new Postponement(
                            times, clock.instant().plus(settings.patience().after(times))));
        }
    }

    private boolean isPostponed(Job job) {
        Postponement postponement = postponed.get(job.id());
        return postponement != null && postponement.until().isAfter(clock.instant());
    }

    private static boolean isOver(Postponement postponement, Instant now) {
        return !postponement.until().plus(IDLE).isAfter(now);
    }

    private static boolean usesTheDatabase(Job job) {
        return switch (job.state()) {
            case JobState.Preparing _, JobState.Prepared _, JobState.Executing _ -> true;
            case JobState.Waiting _,
                    JobState.Executed _,
                    JobState.Collecting _,
                    JobState.Publishing _,
                    JobState.Stopping _,
                    JobState.Done _ ->
                    false;
        };
    }
}

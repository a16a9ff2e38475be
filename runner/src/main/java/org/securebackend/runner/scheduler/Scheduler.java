package org.securebackend.runner.scheduler;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.securebackend.runner.executor.Execution;
import org.securebackend.runner.health.AtWork;
import org.securebackend.runner.health.Pulse;
import org.securebackend.runner.job.FaultPoints;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobEvent;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.KeepingTime;
import org.securebackend.runner.pipeline.DataKind;
import org.securebackend.runner.store.JobStore;
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

    private final Settings settings;
    private final InstantSource clock;
    private final Runnable onChange;
    private final Inbox inbox = new Inbox();
    private final Pulse pulse = new Pulse();
    private final Effects effects;
    private final Standing standing;
    private final Pass.Tools tools;

    private final List<Signal> backlog = new ArrayList<>();
    private Pause rest = Pause.NONE;
    private int failedPasses;
    private volatile boolean stopping;

    /** How the scheduler decides. */
    public record Settings(
            Capacity capacity, DataKind data, Patience patience, StepLimits limits, Delays delays) {

        /** With the usual limits and delays. */
        public Settings(Capacity capacity, DataKind data, Patience patience) {
            this(capacity, data, patience, StepLimits.USUAL, Delays.USUAL);
        }
    }

    /**
     * What is not done at once.
     *
     * @param maintenanceGrace how long database jobs may go on once the database is in maintenance
     * @param keepBroken how long the container and workspace are kept of a job that the platform
     *     failed
     */
    public record Delays(Duration maintenanceGrace, KeepingTime keepBroken) {
        /** No grace; a week. */
        public static final Delays USUAL =
                new Delays(Duration.ZERO, new KeepingTime(Duration.ofDays(7)));
    }

    /**
     * @param onChange told whenever changed jobs were saved; must not block
     */
    public Scheduler(
            JobStore store,
            Steps steps,
            Settings settings,
            Surroundings surroundings,
            Runnable onChange) {
        this.settings = settings;
        this.clock = surroundings.clock();
        this.onChange = onChange;
        this.effects = new Effects(surroundings, settings, new StepNews());
        this.standing = new Standing(store, settings);
        this.tools = new Pass.Tools(store, steps, effects, settings, surroundings);
    }

    /**
     * What is passed in so that tests can decide it.
     *
     * @param threads runs the steps; each may block for long
     */
    public record Surroundings(InstantSource clock, Executor threads, FaultPoints faults) {

        /** Where nothing is broken on purpose. */
        public Surroundings(InstantSource clock, Executor threads) {
            this(clock, threads, FaultPoints.NONE);
        }
    }

    private final class StepNews implements Effects.Sink {
        @Override
        public void happened(JobId job, JobEvent event) {
            inbox.put(new Signal.Happened(job, event, clock.instant()));
        }

        @Override
        public void retryPlanned() {
            inbox.put(new Signal.LookAgain());
        }
    }

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
        var exited = new JobEvent.ProgramExited(end.exit(), end.at());
        inbox.put(new Signal.Happened(job, exited, clock.instant()));
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
        inbox.put(new Signal.LookAgain());
    }

    /** The steps of jobs that are at work now. */
    public List<AtWork> atWork() {
        return effects.atWork();
    }

    /** The signs of life of the loop. */
    public Pulse pulse() {
        return pulse;
    }

    // The loop

    @Override
    public void run() {
        begin();
        while (!stopping) {
            try {
                pulse.rest();
                List<Signal> news = inbox.take(idleTime());
                pulse.begin();
                handle(news);
            } catch (InterruptedException e) {
                log.debug("interrupted: stopping", e);
                stop();
            }
        }
    }

    /** Takes up what the last run left, before anything else. */
    void begin() {
        inbox.put(new Signal.Started());
    }

    /** Handles everything that has been posted, and what that leads to at once. For tests. */
    void tick() {
        do {
            handle(inbox.drain());
        } while (!inbox.isEmpty());
    }

    /** How long there will be nothing to do if nobody posts anything. */
    Duration idleTime() {
        Instant now = clock.instant();
        if (!rest.isOver(now)) {
            return rest.left(now);
        }
        var eviction = new Eviction(standing.orders(), settings.delays().maintenanceGrace());
        Stream<Duration> turns =
                Stream.concat(eviction.turns(), standing.kept().turns())
                        .filter(turn -> turn.isAfter(now))
                        .map(turn -> Duration.between(now, turn));
        Stream<Duration> trouble =
                Stream.of(
                                standing.postponements().next(now),
                                effects.untilRetry(),
                                settings.limits().programs().next(standing.table().jobs(), now))
                        .flatMap(Optional::stream);
        return Stream.concat(turns, trouble)
                .filter(wait -> wait.compareTo(IDLE) < 0)
                .min(Duration::compareTo)
                .orElse(IDLE);
    }

    private void handle(List<Signal> news) {
        backlog.addAll(news);
        if (stopping || !rest.isOver(clock.instant())) {
            return;
        }
        List<Signal> batch = List.copyOf(backlog);
        backlog.clear();
        effects.retryDue();
        passes(batch);
    }

    /** Passes until nothing changes any more: what one decides may let the next decide more. */
    private void passes(List<Signal> signals) {
        List<Signal> batch = signals;
        boolean changed = true;
        while (!stopping && (changed || !batch.isEmpty())) {
            pulse.beat();
            var pass = new Pass(standing, tools);
            try {
                batch = pass.run(batch);
                changed = pass.hasChanged();
                failedPasses = 0;
            } catch (StaleJobException e) {
                readAgain(batch, e);
                return;
            } catch (StoreException e) {
                hold(batch, e);
                return;
            } catch (RuntimeException e) {
                isolate(batch, e);
                return;
            }
            if (changed) {
                onChange.run();
            }
        }
    }

    /** Nothing was decided: the same signals are handled again after a while. */
    private void hold(List<Signal> batch, StoreException failure) {
        backlog.addAll(batch);
        Duration wait = restAWhile();
        log.error(
                "the job store failed; nothing was decided, trying again in {} ms",
                wait.toMillis(),
                failure);
    }

    private Duration restAWhile() {
        failedPasses++;
        rest = new Pause(clock.instant(), settings.patience().after(failedPasses));
        return rest.length();
    }

    /** Somebody else has changed a job: what is in the store counts. */
    private void readAgain(List<Signal> batch, StaleJobException failure) {
        log.warn("a job was changed by somebody else: reading it again", failure);
        batch.stream()
                .filter(signal -> !(signal instanceof Signal.JobsAdded))
                .forEach(backlog::add);
        if (failedPasses > 0) {
            restAWhile();
        }
        failedPasses++;
        inbox.put(new Signal.StoreChanged());
        try {
            standing.reload();
        } catch (StoreException e) {
            hold(List.of(), e);
        }
    }

    /** One bad signal must not stop the others: each is tried alone, and the bad one is dropped. */
    private void isolate(List<Signal> batch, RuntimeException failure) {
        if (batch.size() <= 1) {
            log.error("this could not be handled and is dropped: {}", batch, failure);
            return;
        }
        for (Signal signal : batch) {
            if (backlog.isEmpty()) {
                passes(List.of(signal));
            } else {
                // One before it is held back, and their order is kept.
                backlog.add(signal);
            }
        }
    }
}

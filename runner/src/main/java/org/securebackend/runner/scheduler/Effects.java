package org.securebackend.runner.scheduler;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.securebackend.runner.health.AtWork;
import org.securebackend.runner.job.EffectPoint;
import org.securebackend.runner.job.FailureReason;
import org.securebackend.runner.job.FaultPoints;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobEvent;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.WaitReason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Runs the steps of jobs outside the deciding loop: one at a time for each job, any number of jobs
 * at once. A step's failure never leaves this class: it becomes an event of the job, or the step is
 * tried again when its time comes, without keeping a thread until then. A step that was replaced by
 * one that interrupts it is not heard any more. Safe for several threads.
 */
final class Effects {
    private static final Logger log = LoggerFactory.getLogger(Effects.class);

    /** How long a step that replaces another one waits for the interrupted one to end. */
    private static final Duration INTERRUPT_PATIENCE = Duration.ofSeconds(5);

    private static final int REFUSALS_BELIEVED = 3;

    private static final Duration LONG = Duration.ofDays(365);

    private final Executor threads;
    private final InstantSource clock;
    private final FaultPoints faults;
    private final Patience patience;
    private final StepLimits limits;
    private final Sink sink;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<JobId, StepRun> latest = new HashMap<>();
    private boolean closed;

    /** Hears of steps; called on any thread, must not block. */
    interface Sink {
        /** A step gave rise to an event. */
        void happened(JobId job, JobEvent event);

        /** A step is to be tried again: {@link #untilRetry} has changed. */
        void retryPlanned();
    }

    Effects(Scheduler.Surroundings surroundings, Scheduler.Settings settings, Sink sink) {
        this.threads = surroundings.threads();
        this.clock = surroundings.clock();
        this.faults = surroundings.faults();
        this.patience = settings.patience();
        this.limits = settings.limits();
        this.sink = sink;
    }

    /** Runs a step once the job's earlier ones have ended (or were interrupted, if it says so). */
    void launch(Job job, Step step) {
        Optional<StepRun> previous;
        StepRun next;
        lock.lock();
        try {
            if (closed) {
                return;
            }
            previous = Optional.ofNullable(latest.get(job.id()));
            next = new StepRun(job, step, previous);
            latest.put(job.id(), next);
        } finally {
            lock.unlock();
        }
        next.over().thenRun(() -> forget(next)).isDone();
        previous.ifPresentOrElse(earlier -> follow(earlier, next), () -> submit(next));
    }

    private void follow(StepRun previous, StepRun next) {
        switch (next.step().predecessor()) {
            case AWAIT -> {
                previous.dismissIfPaused();
                previous.over().thenRun(() -> submit(next)).isDone();
            }
            case INTERRUPT -> {
                previous.dismiss();
                submit(next);
            }
        }
    }

    private void submit(StepRun run) {
        try {
            threads.execute(() -> work(run));
        } catch (RejectedExecutionException e) {
            log.debug("{} of job {} is not begun: stopping", run.step(), run.job().id(), e);
            run.dismiss();
        }
    }

    private void work(StepRun run) {
        if (!run.begin()) {
            return;
        }
        try {
            describe(run.job());
            attempt(run);
        } finally {
            MDC.clear();
        }
    }

    @SuppressWarnings(
            "CatchingUnchecked") // also an Error ends this step only, never its job's life
    private void attempt(StepRun run) {
        try {
            replacePredecessor(run);
            faults.reach(EffectPoint.begin(run.step().kind()));
            run.step().run(run.job(), new StepProgress(run, faults, event -> tell(run, event)));
            if (run.hasMetTrouble()) {
                tell(run, new JobEvent.WentOn());
            }
            run.end();
        } catch (Exception | Error e) {
            failed(run, e);
        }
    }

    /**
     * An interrupted step that does not end at once must keep no program alive: the step that
     * replaces it does what it can now, unheard, and all of it again when the other has ended.
     */
    private void replacePredecessor(StepRun run) throws Exception {
        if (!run.isFirstWithin(INTERRUPT_PATIENCE)) {
            log.warn("an interrupted step is still at work; {} already now and again", run.step());
            run.step()
                    .run(
                            run.job(),
                            new StepProgress(
                                    run, faults, event -> log.debug("not told yet: {}", event)));
            run.pulse().rest();
            run.isFirstWithin(LONG);
            run.pulse().beat();
        }
    }

    private void tell(StepRun run, JobEvent event) {
        if (run.isWanted()) {
            sink.happened(run.job().id(), event);
        }
    }

    private void failed(StepRun run, Throwable failure) {
        if (!run.isWanted()) {
            log.debug("{} was interrupted", run.step(), failure);
            run.end();
            return;
        }
        switch (Trouble.of(failure)) {
            case Trouble.Interrupted _ -> {
                log.debug("{} was interrupted", run.step(), failure);
                run.end();
            }
            case Trouble.OfUser(var message) -> {
                log.info("{}: {}", run.step(), message, failure);
                tell(run, new JobEvent.Broke(new FailureReason.CannotRun(message)));
                run.end();
            }
            case Trouble.Refused(var message) -> refused(run, message, failure);
            case Trouble.Lasting(var message) -> giveUp(run, message, failure);
            case Trouble.Passing(var cause) -> {
                run.notRefused();
                passing(run, cause, failure);
            }
        }
    }

    private void refused(StepRun run, String message, Throwable failure) {
        if (run.refusedAgain() >= REFUSALS_BELIEVED) {
            giveUp(run, message, failure);
        } else {
            log.warn("{}: {}; asking again", run.step(), message, failure);
            tryAgain(run, Trouble.ENGINE_AWAY);
        }
    }

    private void giveUp(StepRun run, String message, Throwable failure) {
        String reference = UUID.randomUUID().toString().substring(0, 8);
        log.error("{}: {} [{}]", run.step(), message, reference, failure);
        tell(run, new JobEvent.Broke(new FailureReason.Platform(message, reference)));
        run.end();
    }

    private void passing(StepRun run, String cause, Throwable failure) {
        if (hasLastedTooLong(run)) {
            giveUp(run, "Given up after waiting too long: " + cause, failure);
            return;
        }
        if (run.failures() == 0) {
            log.warn("{}: {}; trying again until it passes", run.step(), cause, failure);
        } else {
            log.warn("{}: {} (attempt {})", run.step(), cause, run.failures() + 1);
        }
        switch (run.step().onTrouble()) {
            case PUT_BACK -> {
                tell(run, new JobEvent.PutBack(new WaitReason.Platform(cause)));
                run.end();
            }
            case TRY_AGAIN, KEEP_TRYING -> tryAgain(run, cause);
        }
    }

    private void tryAgain(StepRun run, String cause) {
        tell(run, new JobEvent.Hindered(cause));
        run.pause(clock.instant(), patience).ifPresent(_ -> sink.retryPlanned());
    }

    private boolean hasLastedTooLong(StepRun run) {
        Instant now = clock.instant();
        Duration lasted = Duration.between(run.troubleSince(now), now);
        return switch (run.step().onTrouble()) {
            case TRY_AGAIN, PUT_BACK -> lasted.compareTo(limits.troublePatience()) > 0;
            case KEEP_TRYING -> false;
        };
    }

    /** The steps that are at work now. */
    List<AtWork> atWork() {
        return underWay().stream()
                .flatMap(run ->
                        run
                                .pulse()
                                .atWork(
                                        "%s of job %s".formatted(run.step(), run.job().id()),
                                        limits.silence(run.step().kind()))
                                .stream())
                .toList();
    }

    private void forget(StepRun run) {
        lock.lock();
        try {
            latest.remove(run.job().id(), run);
        } finally {
            lock.unlock();
        }
    }

    private static void describe(Job job) {
        MDC.put("job", job.id().value());
        MDC.put("request", job.definition().request().value());
        MDC.put("action", job.definition().action().value());
        job.definition().work().ifPresent(work -> MDC.put("workspace", work.workspace().value()));
    }

    /** Tries the steps again whose time has come. */
    void retryDue() {
        Instant now = clock.instant();
        retry(run -> run.resume(now));
    }

    /** Tries all steps again that wait to be. */
    void retryNow() {
        retry(StepRun::resumeNow);
    }

    private void retry(Predicate<StepRun> chosen) {
        underWay().stream().filter(chosen).forEach(this::submit);
    }

    /** The time until {@link #retryDue} has something to do; empty if no step waits for that. */
    Optional<Duration> untilRetry() {
        Instant now = clock.instant();
        return underWay().stream()
                .flatMap(run -> run.untilRetry(now).stream())
                .min(Duration::compareTo);
    }

    private List<StepRun> underWay() {
        lock.lock();
        try {
            return List.copyOf(latest.values());
        } finally {
            lock.unlock();
        }
    }

    /** Starts no more steps and interrupts the running ones; what they did is resumed next time. */
    void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
        underWay().forEach(StepRun::dismiss);
    }
}

package org.securebackend.runner.scheduler;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.securebackend.runner.job.FailureReason;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobEvent;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.WaitReason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Runs the steps of jobs outside the deciding loop: one at a time for each job, any number of jobs
 * at once. A step's failure never leaves this class: it becomes an event of the job.
 */
final class Effects {
    private static final Logger log = LoggerFactory.getLogger(Effects.class);

    /** How long a step that replaces another one waits for the interrupted one to end. */
    private static final Duration INTERRUPT_PATIENCE = Duration.ofSeconds(5);

    private final Executor threads;
    private final Patience patience;
    private final Sink sink;
    private final Map<JobId, Running> running = new HashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition tryNow = lock.newCondition();
    private boolean closed;
    private int calls;

    /** Takes the events that steps give rise to. */
    interface Sink {
        void happened(JobId job, JobEvent event);
    }

    Effects(Executor threads, Patience patience, Sink sink) {
        this.threads = threads;
        this.patience = patience;
        this.sink = sink;
    }

    private static final class Running {
        private final CompletableFuture<@Nullable Void> finished = new CompletableFuture<>();
        private volatile @Nullable Thread thread;
        private volatile boolean interrupted;

        void interrupt() {
            interrupted = true;
            Thread worker = thread;
            if (worker != null) {
                worker.interrupt();
            }
        }
    }

    /** Runs a step once the job's earlier ones have ended (or were interrupted, if it says so). */
    void launch(Job job, Step step) {
        var next = new Running();
        Running previous;
        lock.lock();
        try {
            if (closed) {
                return;
            }
            previous = running.put(job.id(), next);
        } finally {
            lock.unlock();
        }
        if (previous != null && step.predecessor() == Step.Predecessor.INTERRUPT) {
            previous.interrupt();
        }
        try {
            threads.execute(() -> runAfter(previous, next, job, step));
        } catch (RejectedExecutionException e) {
            log.debug("step of job {} was not started: the runner is stopping", job.id(), e);
            next.finished.complete(null);
        }
    }

    private void runAfter(@Nullable Running previous, Running current, Job job, Step step) {
        current.thread = Thread.currentThread();
        describe(job);
        CompletableFuture<?> before =
                previous == null ? CompletableFuture.completedFuture(null) : previous.finished;
        try {
            if (current.interrupted) {
                return;
            }
            await(before, step.predecessor());
            runUntilDone(job, step);
        } catch (InterruptedException e) {
            log.debug("step {} was interrupted", step, e);
        } finally {
            current.thread = null;
            // An interrupted predecessor may still be at work: whoever follows waits for it too.
            before.thenRun(() -> current.finished.complete(null)).isDone();
            forget(job.id(), current);
            MDC.clear();
        }
    }

    private static void await(CompletableFuture<?> before, Step.Predecessor kind)
            throws InterruptedException {
        try {
            switch (kind) {
                case AWAIT -> before.get();
                case INTERRUPT -> before.get(INTERRUPT_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (TimeoutException e) {
            log.warn("an interrupted step is still at work; going on without it", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("steps end normally", e);
        }
    }

    private void forget(JobId job, Running current) {
        lock.lock();
        try {
            running.remove(job, current);
        } finally {
            lock.unlock();
        }
    }

    private void runUntilDone(Job job, Step step) throws InterruptedException {
        for (int attempt = 1; ; attempt++) {
            Trouble trouble;
            try {
                step.run(job, event -> sink.happened(job.id(), event));
                return;
            } catch (Exception e) {
                trouble = Trouble.of(e);
                explain(trouble, step, attempt, e);
            }
            switch (trouble) {
                case Trouble.Interrupted _ -> {
                    return;
                }
                case Trouble.Lasting(var message) -> {
                    String reference = MDC.get("reference");
                    sink.happened(
                            job.id(),
                            new JobEvent.Broke(
                                    new FailureReason.Platform(
                                            message, reference == null ? "none" : reference)));
                    return;
                }
                case Trouble.Passing(var cause) -> {
                    if (step.onTrouble() == Step.OnTrouble.PUT_BACK) {
                        sink.happened(
                                job.id(), new JobEvent.PutBack(new WaitReason.Platform(cause)));
                        return;
                    }
                    pause(patience.after(attempt));
                }
            }
        }
    }

    private static void explain(Trouble trouble, Step step, int attempt, Exception failure) {
        switch (trouble) {
            case Trouble.Interrupted _ -> log.debug("{} was interrupted", step);
            case Trouble.Passing(var cause) -> {
                if (attempt == 1) {
                    log.warn("{}: {}; trying again until it passes", step, cause, failure);
                } else {
                    log.warn("{}: {} (attempt {})", step, cause, attempt);
                }
            }
            case Trouble.Lasting(var message) -> {
                MDC.put("reference", UUID.randomUUID().toString().substring(0, 8));
                log.error("{}: {} [{}]", step, message, MDC.get("reference"), failure);
            }
        }
    }

    private void pause(Duration wait) throws InterruptedException {
        lock.lock();
        try {
            int seen = calls;
            long left = wait.toNanos();
            while (left > 0 && calls == seen) {
                left = tryNow.awaitNanos(left);
            }
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

    /** Lets steps that wait to try again do so now. */
    void tryAgainNow() {
        lock.lock();
        try {
            calls++;
            tryNow.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Starts no more steps and interrupts the running ones; what they did is resumed next time. */
    void close() {
        lock.lock();
        try {
            closed = true;
            running.values().forEach(Running::interrupt);
        } finally {
            lock.unlock();
        }
    }
}

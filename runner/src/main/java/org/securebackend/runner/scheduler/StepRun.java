package org.securebackend.runner.scheduler;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.securebackend.runner.health.Pulse;
import org.securebackend.runner.job.Hindrance;
import org.securebackend.runner.job.Job;

/**
 * One step under way for one job: waiting for its turn, at work on a thread, waiting to try again,
 * or over. Safe for several threads.
 */
final class StepRun {
    private final Job job;
    private final Step step;
    private final CompletableFuture<?> before;
    private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
    private final CompletableFuture<?> over;

    private Phase phase = Phase.QUEUED;
    private @Nullable Thread thread;
    private boolean dismissed;
    private int failures;
    private int refusals;
    private Pause pause = Pause.NONE;
    private @Nullable Instant troubleSince;
    private final Pulse pulse = new Pulse();

    private enum Phase {
        QUEUED,
        AT_WORK,
        PAUSED,
        ENDED
    }

    /** {@code previous} is the job's step before this one, if that is not over. */
    StepRun(Job job, Step step, Optional<StepRun> previous) {
        this.job = job;
        this.step = step;
        this.before = previous.map(StepRun::over).orElse(CompletableFuture.completedFuture(null));
        this.over = CompletableFuture.allOf(ended, before);
    }

    Job job() {
        return job;
    }

    Step step() {
        return step;
    }

    /** Complete when neither this step nor any before it is at work. */
    CompletableFuture<?> over() {
        return over;
    }

    /** Goes to work on this thread; false if nobody wants it any more. */
    synchronized boolean begin() {
        if (phase != Phase.QUEUED) {
            return false;
        }
        phase = Phase.AT_WORK;
        thread = Thread.currentThread();
        pulse.begin();
        return true;
    }

    /** Work on this thread is done. */
    void end() {
        leaveThread(Phase.ENDED);
        ended.complete(null);
    }

    /** Gives the thread back for now. Returns for how long; nothing if nobody wants it any more. */
    Optional<Duration> pause(Instant now, Patience patience) {
        synchronized (this) {
            if (!dismissed) {
                failures++;
                pause = new Pause(now, patience.after(failures));
                leaveThread(Phase.PAUSED);
                return Optional.of(pause.length());
            }
        }
        end();
        return Optional.empty();
    }

    private synchronized void leaveThread(Phase next) {
        phase = next;
        thread = null;
        pulse.rest();
        if (dismissed) {
            // The thread may be somebody else's next.
            Thread.interrupted();
        }
    }

    /** Nobody wants to know of its end any more: interrupts it, or sees that it never begins. */
    void dismiss() {
        if (interruptOrEnd()) {
            ended.complete(null);
        }
    }

    private synchronized boolean interruptOrEnd() {
        dismissed = true;
        if (thread != null) {
            thread.interrupt();
            return false;
        }
        phase = Phase.ENDED;
        return true;
    }

    /** As {@link #dismiss}, if it only waits to try again. */
    void dismissIfPaused() {
        boolean paused;
        synchronized (this) {
            paused = phase == Phase.PAUSED;
            if (paused) {
                interruptOrEnd();
            }
        }
        if (paused) {
            ended.complete(null);
        }
    }

    synchronized boolean isWanted() {
        return !dismissed;
    }

    Pulse pulse() {
        return pulse;
    }

    /** Whether this step, or the same one before a restart, has failed and was tried again. */
    synchronized boolean hasMetTrouble() {
        return failures > 0 || job.hindrance().isPresent();
    }

    /** When the trouble began that it has met again now. */
    synchronized Instant troubleSince(Instant now) {
        if (troubleSince == null) {
            troubleSince = job.hindrance().map(Hindrance::since).orElse(now);
        }
        return troubleSince;
    }

    /** How often it was refused running, this time included. */
    synchronized int refusedAgain() {
        return ++refusals;
    }

    /** It met other trouble. */
    synchronized void notRefused() {
        refusals = 0;
    }

    synchronized int failures() {
        return failures;
    }

    /** Whether it is to be handed to a thread now that its wait is over. */
    synchronized boolean resume(Instant now) {
        return pause.isOver(now) && resumeNow();
    }

    /** Whether it is to be handed to a thread, however long it was to wait. */
    synchronized boolean resumeNow() {
        if (phase != Phase.PAUSED) {
            return false;
        }
        phase = Phase.QUEUED;
        return true;
    }

    synchronized Optional<Duration> untilRetry(Instant now) {
        return phase == Phase.PAUSED ? Optional.of(pause.left(now)) : Optional.empty();
    }

    /** Whether all steps before this one ended within {@code time}. */
    boolean isFirstWithin(Duration time) throws InterruptedException {
        try {
            before.get(time.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("steps end normally", e);
        }
    }
}

package org.securebackend.runner.scheduler;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.securebackend.runner.executor.Execution;
import org.securebackend.runner.executor.StopOutcome;
import org.securebackend.runner.job.EffectPoint;
import org.securebackend.runner.job.Exit;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobEvent;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.job.StepKind;
import org.securebackend.runner.job.StopReason;

/**
 * Ends a job's program, keeps its log for operators, and forgets its files. A program that had
 * ended by itself before a stop that would only put the job back was asked for is left as it is.
 */
final class StopStep implements Step {
    private final Steps.Tools tools;
    private final Duration grace;
    private final OperatorLog operatorLog;

    StopStep(Steps.Tools tools, Duration grace) {
        this.tools = tools;
        this.grace = grace;
        this.operatorLog = new OperatorLog(tools);
    }

    @Override
    public void run(Job job, Progress progress) throws IOException {
        if (!(job.state() instanceof JobState.Stopping(_, var why))) {
            throw new IllegalStateException("nobody asked job %s to stop".formatted(job.id()));
        }
        switch (kindOf(why)) {
            case FOR_GOOD -> {
                end(job, progress);
                progress.happened(new JobEvent.Stopped());
            }
            case FOR_NOW -> putBack(job, progress);
        }
    }

    private void putBack(Job job, Progress progress) throws IOException {
        JobId id = job.id();
        Optional<Instant> sent = tools.store().stopSent(id);
        if (leftAlone(id, sent, progress)) {
            return;
        }
        if (sent.isEmpty()) {
            tools.store().markStopSent(id, tools.clock().instant());
        }
        StopOutcome outcome = tools.executor().stop(id, grace);
        if (outcome == StopOutcome.WAS_NOT_RUNNING && leftAlone(id, sent, progress)) {
            // It ended in the moment in which it was to be stopped.
            return;
        }
        progress.reached(EffectPoint.PROGRAM_STOPPED);
        forgetFiles(job, progress);
        // Its next run starts a new program under the same name.
        tools.executor().remove(id);
        progress.happened(new JobEvent.Stopped());
    }

    private boolean leftAlone(JobId job, Optional<Instant> stopSent, Progress progress) {
        if (tools.executor().inspect(job) instanceof Execution.Ended ended
                && endedByItself(ended, stopSent)) {
            progress.happened(new JobEvent.StopCameLate(ended.exit()));
            return true;
        }
        return false;
    }

    /**
     * Whether the program ended before anybody told it to. One that ended since may have been ended
     * by this very step before a crash; its files may be half written.
     */
    private static boolean endedByItself(Execution.Ended ended, Optional<Instant> stopSent) {
        return ended.exit().code() != Exit.KILLED
                && stopSent.filter(sent -> !ended.at().isBefore(sent)).isEmpty();
    }

    private void end(Job job, Progress progress) throws IOException {
        tools.executor().stop(job.id(), grace);
        progress.reached(EffectPoint.PROGRAM_STOPPED);
        forgetFiles(job, progress);
    }

    private void forgetFiles(Job job, Progress progress) throws IOException {
        tools.outputs().discard(job.id());
        operatorLog.save(
                job.after(new JobEvent.Stopped(), tools.clock().instant())
                        .orElseThrow(() -> new IllegalStateException("stopped jobs move on")));
        progress.reached(EffectPoint.STOP_DONE);
    }

    private enum Kind {
        FOR_GOOD,
        FOR_NOW
    }

    private static Kind kindOf(StopReason why) {
        return switch (why) {
            case CANCELLED_BY_USER, KILLED_BY_ADMIN -> Kind.FOR_GOOD;
            case DATABASE_MAINTENANCE, REBOOT -> Kind.FOR_NOW;
        };
    }

    @Override
    public Predecessor predecessor() {
        return Predecessor.INTERRUPT;
    }

    @Override
    public StepKind kind() {
        return StepKind.STOP;
    }

    @Override
    public OnTrouble onTrouble() {
        return OnTrouble.KEEP_TRYING;
    }

    @Override
    public String toString() {
        return "stopping";
    }
}

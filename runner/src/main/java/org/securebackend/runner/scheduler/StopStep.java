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
 * ended by itself before is left as it is, unless somebody wants the job's end for good.
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
        switch (kindOf(job)) {
            case FOR_GOOD -> {
                end(job, progress);
                progress.happened(new JobEvent.Stopped());
            }
            case UNLESS_IT_HAS_ENDED -> endUnlessLate(job, progress, () -> {});
            // Its next run starts a new program under the same name.
            case FOR_NOW -> endUnlessLate(job, progress, () -> tools.executor().remove(job.id()));
        }
    }

    private void endUnlessLate(Job job, Progress progress, Runnable afterwards) throws IOException {
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
        afterwards.run();
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
        UNLESS_IT_HAS_ENDED,
        FOR_NOW
    }

    private static Kind kindOf(Job job) {
        return switch (job.state()) {
            case JobState.Stopping(_, var why) -> kindOf(why);
            case JobState.Overrunning _ -> Kind.UNLESS_IT_HAS_ENDED;
            case JobState _ ->
                    throw new IllegalStateException(
                            "nobody asked job %s to stop".formatted(job.id()));
        };
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

package org.securebackend.runner.scheduler;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.securebackend.runner.executor.Execution;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobEvent;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.job.StatusText;
import org.securebackend.runner.outputs.JobLog;

/** Ends a job's program, keeps its log for operators, and forgets its files. */
final class StopStep implements Step {
    private final Steps.Tools tools;
    private final Duration grace;

    StopStep(Steps.Tools tools, Duration grace) {
        this.tools = tools;
        this.grace = grace;
    }

    @Override
    public void run(Job job, Progress progress) throws IOException {
        tools.executor().stop(job.id(), grace);
        if (tools.executor().inspect(job.id()) instanceof Execution.Ended ended) {
            saveLog(job, ended);
        }
        tools.outputs().discard(job.id());
        if (putsBack(job)) {
            // Its next run starts a new program under the same name.
            tools.executor().remove(job.id());
        }
        progress.happened(new JobEvent.Stopped());
    }

    private void saveLog(Job job, Execution.Ended ended) throws IOException {
        Job after =
                job.after(new JobEvent.Stopped(), tools.clock().instant())
                        .orElseThrow(() -> new IllegalStateException("stopped jobs move on"));
        tools.outputs()
                .saveLog(
                        new JobLog(
                                after,
                                StatusText.of(after.state(), StatusText.DatabaseAccess.NONE),
                                Optional.of(ended.exit()),
                                Optional.empty(),
                                tools.executor().describe(job.id()),
                                sink -> tools.executor().copyLog(job.id(), sink),
                                JobLog.Audience.OPERATORS));
    }

    private static boolean putsBack(Job job) {
        if (!(job.state() instanceof JobState.Stopping(_, var why))) {
            return false;
        }
        return switch (why) {
            case CANCELLED_BY_USER, KILLED_BY_ADMIN -> false;
            case DATABASE_MAINTENANCE, REBOOT -> true;
        };
    }

    @Override
    public Predecessor predecessor() {
        return Predecessor.INTERRUPT;
    }

    @Override
    public String toString() {
        return "stopping";
    }
}

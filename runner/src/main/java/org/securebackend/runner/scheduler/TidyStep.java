package org.securebackend.runner.scheduler;

import java.io.IOException;
import org.securebackend.runner.job.FailureReason;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.job.StepKind;

/**
 * Removes what a finished job has left, unless it is kept for a retry: then only what its program
 * said is saved.
 */
final class TidyStep implements Step {
    private final Steps.Tools tools;
    private final OperatorLog operatorLog;
    private final Step remove;

    TidyStep(Steps.Tools tools, Step remove) {
        this.tools = tools;
        this.operatorLog = new OperatorLog(tools);
        this.remove = remove;
    }

    @Override
    public void run(Job job, Progress progress) throws IOException, InterruptedException {
        if (isKept(job)) {
            operatorLog.save(job);
        } else {
            remove.run(job, progress);
        }
    }

    private boolean isKept(Job job) {
        return job.state() instanceof JobState.Failed(_, _, FailureReason.Platform _)
                && tools.store().keptJobs().stream().anyMatch(kept -> kept.id().equals(job.id()));
    }

    @Override
    public StepKind kind() {
        return StepKind.TIDY;
    }

    @Override
    public OnTrouble onTrouble() {
        return OnTrouble.KEEP_TRYING;
    }

    @Override
    public String toString() {
        return "tidying up";
    }
}

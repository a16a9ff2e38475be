package org.securebackend.runner.scheduler;

import java.io.IOException;
import org.securebackend.runner.job.EffectPoint;
import org.securebackend.runner.job.FailureReason;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.job.StepKind;

/**
 * Removes what a finished job has left: its program, its workspace, files that nobody needs. Of a
 * job that the platform failed, what its program said is saved for operators first.
 */
final class RemoveStep implements Step {
    private final Steps.Tools tools;
    private final OperatorLog operatorLog;

    RemoveStep(Steps.Tools tools) {
        this.tools = tools;
        this.operatorLog = new OperatorLog(tools);
    }

    @Override
    public void run(Job job, Progress progress) throws IOException {
        if (job.state() instanceof JobState.Failed(_, _, FailureReason.Platform _)) {
            operatorLog.save(job);
        }
        tools.executor().remove(job.id());
        tools.outputs().discard(job.id());
        progress.reached(EffectPoint.LEFTOVERS_REMOVED);
        tools.store().markTidy(job.id());
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
        return "removing what is left";
    }
}

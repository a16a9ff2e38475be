package org.securebackend.runner.scheduler;

import org.securebackend.runner.executor.Execution;
import org.securebackend.runner.executor.Executor;
import org.securebackend.runner.job.EffectPoint;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobEvent;
import org.securebackend.runner.job.StepKind;
import org.securebackend.runner.job.WaitReason;

/**
 * Looks for a program that ran when the runner, or its view of the engine, was last there. One that
 * has disappeared is run again from the start (job-lifecycle.md, section 10).
 */
final class FindStep implements Step {
    private static final WaitReason DISAPPEARED =
            new WaitReason.Platform(
                    "The job's container disappeared while it ran, job will start again by itself");

    private final Executor executor;

    FindStep(Executor executor) {
        this.executor = executor;
    }

    @Override
    public void run(Job job, Progress progress) {
        Execution execution = executor.inspect(job.id());
        progress.reached(EffectPoint.PROGRAM_FOUND);
        switch (execution) {
            case Execution.Running _ -> {
                // It goes on; its end will be told.
            }
            case Execution.Ended(var exit, var at) ->
                    progress.happened(new JobEvent.ProgramExited(exit, at));
            case Execution.Absent _ -> progress.happened(new JobEvent.PutBack(DISAPPEARED));
        }
    }

    @Override
    public StepKind kind() {
        return StepKind.FIND;
    }

    @Override
    public OnTrouble onTrouble() {
        return OnTrouble.KEEP_TRYING;
    }

    @Override
    public String toString() {
        return "finding the program";
    }
}

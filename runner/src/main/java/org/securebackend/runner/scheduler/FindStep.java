package org.securebackend.runner.scheduler;

import org.securebackend.runner.executor.Execution;
import org.securebackend.runner.executor.Executor;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobEvent;

/** Looks for a program that ran when the runner, or its view of the engine, was last there. */
final class FindStep implements Step {
    private final Executor executor;

    FindStep(Executor executor) {
        this.executor = executor;
    }

    @Override
    public void run(Job job, Progress progress) {
        switch (executor.inspect(job.id())) {
            case Execution.Running _ -> {
                // It goes on; its end will be told.
            }
            case Execution.Ended(var exit, var at) ->
                    progress.happened(new JobEvent.ProgramExited(exit, at));
            case Execution.Absent _ ->
                    throw new JobBrokenException(
                            "Internal error: the job's container disappeared while it ran");
        }
    }

    @Override
    public String toString() {
        return "finding the program";
    }
}

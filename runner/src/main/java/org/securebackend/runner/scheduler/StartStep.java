package org.securebackend.runner.scheduler;

import org.securebackend.runner.executor.Execution;
import org.securebackend.runner.executor.Executor;
import org.securebackend.runner.executor.ProgramSpec;
import org.securebackend.runner.job.EffectPoint;
import org.securebackend.runner.job.ImageDigest;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobEvent;
import org.securebackend.runner.job.StepKind;

/** Starts a job's program. */
final class StartStep implements Step {
    private final Executor executor;
    private final JobEnvironment environment;

    StartStep(Executor executor, JobEnvironment environment) {
        this.executor = executor;
        this.environment = environment;
    }

    @Override
    public void run(Job job, Progress progress) {
        Execution execution = executor.start(program(job));
        progress.reached(EffectPoint.PROGRAM_STARTED);
        switch (execution) {
            case Execution.Running(var since) ->
                    progress.happened(new JobEvent.ProgramStarted(since));
            case Execution.Ended(var exit, var at) ->
                    progress.happened(new JobEvent.ProgramExited(exit, at));
            case Execution.Absent _ ->
                    throw new Fault.Lasting(
                            "Internal error: the job's container disappeared while it was started");
        }
    }

    private ProgramSpec program(Job job) {
        ImageDigest image =
                job.image()
                        .orElseThrow(() ->
                                new IllegalStateException(
                                        "a prepared job knows its image: " + job.id()));
        return new ProgramSpec(
                job.id(),
                job.work().workspace(),
                job.definition().action(),
                image,
                job.work().command().arguments(),
                environment.variables(job.work()),
                environment.database(job.work()));
    }

    @Override
    public StepKind kind() {
        return StepKind.START;
    }

    @Override
    public String toString() {
        return "starting";
    }
}

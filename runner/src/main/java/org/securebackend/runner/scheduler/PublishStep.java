package org.securebackend.runner.scheduler;

import java.io.IOException;
import java.util.Optional;
import org.securebackend.runner.job.EffectPoint;
import org.securebackend.runner.job.Exit;
import org.securebackend.runner.job.FailureReason;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobEvent;
import org.securebackend.runner.job.JobResults;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.job.StatusText;
import org.securebackend.runner.job.StatusText.DatabaseAccess;
import org.securebackend.runner.job.StepKind;
import org.securebackend.runner.job.Verdict;
import org.securebackend.runner.outputs.JobLog;
import org.securebackend.runner.outputs.Outputs.Publication;
import org.securebackend.runner.pipeline.DataKind;

/** Puts a job's outputs and its log where they belong, according to its verdict. */
final class PublishStep implements Step {
    private final Steps.Tools tools;
    private final DataKind data;

    PublishStep(Steps.Tools tools, DataKind data) {
        this.tools = tools;
        this.data = data;
    }

    @Override
    public void run(Job job, Progress progress) throws IOException {
        if (!(job.state() instanceof JobState.Publishing(_, var verdict))) {
            throw new IllegalStateException("only a job with a verdict is published: " + job.id());
        }
        JobResults results =
                tools.store()
                        .results(job.id())
                        .orElseThrow(() ->
                                new IllegalStateException(
                                        "a job with a verdict has results: " + job.id()));
        switch (verdict) {
            case Verdict.Success _ -> publish(job, results);
            case Verdict.Failure _ -> tools.outputs().keepAside(job);
        }
        progress.reached(EffectPoint.OUTPUTS_IN_PLACE);
        saveLog(job, exit(verdict), results);
        progress.reached(EffectPoint.LOG_SAVED);
        progress.happened(new JobEvent.Published());
    }

    private void publish(Job job, JobResults results) throws IOException {
        tools.outputs()
                .publish(
                        new Publication(
                                job,
                                results,
                                tools.store()
                                        .filesOf(
                                                job.work().workspace(),
                                                job.definition().action())));
    }

    private void saveLog(Job job, Exit exit, JobResults results) throws IOException {
        Job ended =
                job.after(new JobEvent.Published(), tools.clock().instant())
                        .orElseThrow(() -> new IllegalStateException("published jobs end"));
        tools.outputs()
                .saveLog(
                        new JobLog(
                                ended,
                                StatusText.of(ended.state(), DatabaseAccess.of(job, data)),
                                Optional.of(exit),
                                Optional.of(results),
                                tools.executor().describe(job.id()),
                                sink -> tools.executor().copyLog(job.id(), sink),
                                JobLog.Audience.USERS));
    }

    private static Exit exit(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Failure(FailureReason.NonZeroExit(var exit)) -> exit;
            case Verdict.Failure _, Verdict.Success _ -> Exit.of(0);
        };
    }

    @Override
    public StepKind kind() {
        return StepKind.PUBLISH;
    }

    @Override
    public OnTrouble onTrouble() {
        return OnTrouble.KEEP_TRYING;
    }

    @Override
    public String toString() {
        return "publishing outputs";
    }
}

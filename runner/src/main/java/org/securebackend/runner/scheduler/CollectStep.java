package org.securebackend.runner.scheduler;

import java.io.IOException;
import java.util.List;
import org.securebackend.runner.job.EffectPoint;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobEvent;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.JobResults;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.job.OutputFile;
import org.securebackend.runner.job.StepKind;
import org.securebackend.runner.job.Work.Need;
import org.securebackend.runner.outputs.Outputs.Leavings;

/** Collects and checks a job's outputs, where nobody sees them yet. */
final class CollectStep implements Step {
    private final Steps.Tools tools;
    private final CopyPlaces places;

    CollectStep(Steps.Tools tools, CopyPlaces places) {
        this.tools = tools;
        this.places = places;
    }

    @Override
    public void run(Job job, Progress progress) throws IOException, InterruptedException {
        if (!(job.state() instanceof JobState.Active active)) {
            throw new IllegalStateException("only an active job is collected: " + job.id());
        }
        places.take(progress);
        try {
            progress.happened(new JobEvent.CollectingStarted());
            JobResults results =
                    tools.outputs()
                            .collect(
                                    new Leavings(job, inputs(job), active.startedAt()),
                                    new WatchedWorkspace(
                                            tools.executor().workspace(job.id()), progress));
            progress.reached(EffectPoint.OUTPUTS_COPIED);
            tools.store().saveResults(job.id(), results);
            progress.reached(EffectPoint.RESULTS_SAVED);
            progress.happened(
                    new JobEvent.Collected(results.unmatchedPatterns(), results.notReleased()));
        } finally {
            places.giveBack();
        }
    }

    private List<OutputFile> inputs(Job job) {
        List<JobId> producers = job.work().needs().stream().map(Need::producer).toList();
        return tools.store().outputsOf(producers).values().stream().flatMap(List::stream).toList();
    }

    @Override
    public StepKind kind() {
        return StepKind.COLLECT;
    }

    @Override
    public String toString() {
        return "collecting outputs";
    }
}

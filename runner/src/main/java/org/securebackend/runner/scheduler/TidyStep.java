package org.securebackend.runner.scheduler;

import java.io.IOException;
import org.securebackend.runner.job.Job;

/** Removes what a finished job has left: its program, its workspace, files that nobody needs. */
final class TidyStep implements Step {
    private final Steps.Tools tools;

    TidyStep(Steps.Tools tools) {
        this.tools = tools;
    }

    @Override
    public void run(Job job, Progress progress) throws IOException {
        tools.executor().remove(job.id());
        tools.outputs().discard(job.id());
        tools.store().markTidy(job.id());
    }

    @Override
    public String toString() {
        return "tidying up";
    }
}

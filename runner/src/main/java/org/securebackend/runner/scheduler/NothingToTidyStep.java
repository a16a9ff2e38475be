package org.securebackend.runner.scheduler;

import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.StepKind;
import org.securebackend.runner.store.JobStore;

/** Notes that there is nothing to tidy up: for jobs for which nothing was ever done. */
record NothingToTidyStep(JobStore store) implements Step {

    @Override
    public void run(Job job, Progress progress) {
        store.markTidy(job.id());
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
        return "noting that all is tidy";
    }
}

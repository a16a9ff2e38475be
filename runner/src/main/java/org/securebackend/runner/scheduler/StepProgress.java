package org.securebackend.runner.scheduler;

import java.time.Duration;
import java.util.function.Consumer;
import org.securebackend.runner.job.EffectPoint;
import org.securebackend.runner.job.FaultPoints;
import org.securebackend.runner.job.JobEvent;

/** How one attempt at a step is getting on. Belongs to the step's thread. */
final class StepProgress implements Step.Progress {
    /** After so long an attempt has got beyond what stopped the one before. */
    private static final Duration BEYOND_TROUBLE = Duration.ofSeconds(10);

    private final StepRun run;
    private final FaultPoints faults;
    private final Consumer<JobEvent> listener;
    private boolean saidSo;

    StepProgress(StepRun run, FaultPoints faults, Consumer<JobEvent> listener) {
        this.run = run;
        this.faults = faults;
        this.listener = listener;
    }

    @Override
    public void happened(JobEvent event) {
        run.pulse().beat();
        listener.accept(event);
    }

    @Override
    public void alive() {
        run.pulse().beat();
        if (!saidSo && run.hasMetTrouble() && isLong(run.pulse().busy())) {
            saidSo = true;
            listener.accept(new JobEvent.TriedAgain());
        }
    }

    private static boolean isLong(Duration busy) {
        return busy.compareTo(BEYOND_TROUBLE) > 0;
    }

    @Override
    public void waits() {
        run.pulse().rest();
    }

    @Override
    public void reached(EffectPoint point) {
        faults.reach(point);
    }
}

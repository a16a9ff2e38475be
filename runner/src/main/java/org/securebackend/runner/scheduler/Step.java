package org.securebackend.runner.scheduler;

import java.io.IOException;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobEvent;

/**
 * The work that belongs to one state of a job. It may block, may be interrupted, and may be run
 * again from its start after any failure or crash.
 */
interface Step {

    /** Does the work for {@code job}, which is in the step's state, and tells what came of it. */
    void run(Job job, Progress progress) throws IOException, InterruptedException;

    /** What to do about trouble that can pass by itself. */
    default OnTrouble onTrouble() {
        return OnTrouble.TRY_AGAIN;
    }

    /** Whether the step waits for what an earlier state still has running, or ends it. */
    default Predecessor predecessor() {
        return Predecessor.AWAIT;
    }

    /** Hears what happens. */
    interface Progress {
        void happened(JobEvent event);
    }

    /** What to do about trouble that can pass by itself. */
    enum OnTrouble {
        /** The job keeps its slot, and the step is run again after a while. */
        TRY_AGAIN,
        /** The job gives up its slot and starts anew after a while. */
        PUT_BACK
    }

    /** What to do about the step of an earlier state. */
    enum Predecessor {
        AWAIT,
        INTERRUPT
    }
}

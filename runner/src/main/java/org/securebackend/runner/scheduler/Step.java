package org.securebackend.runner.scheduler;

import java.io.IOException;
import org.securebackend.runner.job.EffectPoint;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobEvent;
import org.securebackend.runner.job.StepKind;

/**
 * The work that belongs to one state of a job. It may block, may be interrupted, and may be run
 * again from its start after any failure or crash.
 */
interface Step {

    /** Does the work for {@code job}, which is in the step's state, and tells what came of it. */
    void run(Job job, Progress progress) throws IOException, InterruptedException;

    StepKind kind();

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

        /** Some of the work is done: who says so now and then is not taken for stuck. */
        void alive();

        /** Waits for its turn, however long that takes, until the next sign of life. */
        void waits();

        /** Has come to a place where a fault is worse than elsewhere. */
        void reached(EffectPoint point);
    }

    /** What to do about trouble that can pass by itself. */
    enum OnTrouble {
        /** The job keeps its slot, and the step is run again after a while, for a limited time. */
        TRY_AGAIN,
        /** The job gives up its slot and starts anew after a while, for a limited time. */
        PUT_BACK,
        /**
         * The step is run again after a while, however long the trouble lasts: giving up would
         * leave a program running unseen, or files half in place.
         */
        KEEP_TRYING
    }

    /** What to do about the step of an earlier state. */
    enum Predecessor {
        AWAIT,
        INTERRUPT
    }
}

package org.securebackend.runner.outputs;

import java.time.Instant;
import org.securebackend.runner.job.Job;

/**
 * A file that was at level 4 and is there no more.
 *
 * @param by the job because of which it went
 */
record Withdrawal(String path, Cause cause, Job by, Instant at) {

    /** Why it went. */
    enum Cause {
        NOT_MADE_AGAIN("the action no longer makes this file"),
        NOT_RELEASED("a newer version did not pass the checks for level 4"),
        OTHER_LEVEL("a newer version is of a level that is not released to level 4");

        private final String text;

        Cause(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }
    }
}

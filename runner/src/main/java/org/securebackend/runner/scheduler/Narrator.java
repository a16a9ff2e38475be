package org.securebackend.runner.scheduler;

import org.securebackend.runner.job.FailureReason;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.job.StatusText;
import org.securebackend.runner.job.WaitReason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** Tells the log of every change of a job's state, one line each. */
final class Narrator {
    private static final Logger log = LoggerFactory.getLogger("jobs");

    private Narrator() {}

    static void tell(Job job) {
        try (var _ = MDC.putCloseable("job", job.id().value());
                var _ = MDC.putCloseable("request", job.definition().request().value());
                var _ = MDC.putCloseable("action", job.definition().action().value());
                var _ = MDC.putCloseable("workspace", job.work().workspace().value())) {
            String state = job.state().getClass().getSimpleName();
            String text = StatusText.of(job, StatusText.DatabaseAccess.NONE);
            if (job.heldUpBy().isPresent() || needsAttention(job.state())) {
                log.warn("{}: {}", state, text);
            } else {
                log.info("{}: {}", state, text);
            }
        }
    }

    private static boolean needsAttention(JobState state) {
        return switch (state) {
            case JobState.Waiting(var reason) -> reason instanceof WaitReason.Platform;
            case JobState.Failed(_, _, var reason) -> reason instanceof FailureReason.Platform;
            case JobState.Active _, JobState.Succeeded _ -> false;
        };
    }
}

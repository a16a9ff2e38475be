package org.securebackend.runner.scheduler;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.securebackend.runner.executor.Execution;
import org.securebackend.runner.job.Exit;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.StatusText;
import org.securebackend.runner.outputs.JobLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps for operators what a program said whose job has no outputs: it was stopped, or the platform
 * failed it. A log that cannot be written is given up: freeing what the job holds, perhaps the very
 * disk space that is missing, does not wait for it.
 */
final class OperatorLog {
    private static final Logger log = LoggerFactory.getLogger(OperatorLog.class);

    private final Steps.Tools tools;

    OperatorLog(Steps.Tools tools) {
        this.tools = tools;
    }

    /** Saves the log of {@code job}, in the state in which it ends, if it had a program. */
    void save(Job job) {
        switch (tools.executor().inspect(job.id())) {
            case Execution.Absent _ -> {
                // It never said anything.
            }
            case Execution.Running _ -> save(job, Optional.empty());
            case Execution.Ended(var exit, _) -> save(job, Optional.of(exit));
        }
    }

    private void save(Job job, Optional<Exit> exit) {
        var jobLog =
                new JobLog(
                        job,
                        StatusText.of(job.state(), StatusText.DatabaseAccess.NONE),
                        exit,
                        Optional.empty(),
                        tools.executor().describe(job.id()),
                        sink -> tools.executor().copyLog(job.id(), sink),
                        JobLog.Audience.OPERATORS);
        try {
            tools.outputs().saveLog(jobLog);
        } catch (IOException | UncheckedIOException e) {
            log.warn("the log of job {} could not be saved and is given up", job.id(), e);
        }
    }
}

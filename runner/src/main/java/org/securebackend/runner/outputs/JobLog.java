package org.securebackend.runner.outputs;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import org.securebackend.runner.job.Exit;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobResults;

/**
 * What a job's log is made of.
 *
 * @param job as it will end
 * @param message how it ended, for its user
 * @param results empty if its workspace was not looked at
 * @param containerFacts JSON from the executor
 */
public record JobLog(
        Job job,
        String message,
        Optional<Exit> exit,
        Optional<JobResults> results,
        Optional<String> containerFacts,
        ProgramOutput output,
        Audience audience) {

    /** Writes what the program said. */
    public interface ProgramOutput {
        void copyTo(OutputStream sink) throws IOException;
    }

    /** Who gets to see it. */
    public enum Audience {
        /** Also the users of the workspace. */
        USERS,
        /** Only operators: the job was cancelled. */
        OPERATORS
    }
}

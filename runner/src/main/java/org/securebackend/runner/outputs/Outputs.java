package org.securebackend.runner.outputs;

import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import java.time.Instant;
import java.util.List;
import org.securebackend.runner.executor.JobWorkspace;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.JobResults;
import org.securebackend.runner.job.OutputFile;
import org.securebackend.runner.job.WorkspaceName;

/**
 * Takes the outputs out of a job's workspace, decides which may be released, and keeps the storage.
 * A job's files come in two steps, so that a crash between them leaves either the old or the new
 * set: first they are collected and checked where nobody sees them, and once that is saved they are
 * published. Every method may be repeated from its start, and may be interrupted.
 */
public interface Outputs {

    /**
     * Copies a job's outputs aside and checks the copies. An input that the job left as it was fits
     * a pattern too, but stays what it is: an output of the action that made it, at the level that
     * this one gave it. So no later action's pattern can release it.
     */
    JobResults collect(Leavings leavings, JobWorkspace workspace) throws IOException;

    /**
     * Puts the files of a job that succeeded in place, and withdraws what no longer belongs there.
     */
    void publish(Publication publication) throws IOException;

    /** Keeps the files of a job that did not succeed where only operators look. */
    void keepAside(Job job) throws IOException;

    /** Writes a job's log and metadata; unless it was cancelled, also where its users look. */
    void saveLog(JobLog log) throws IOException;

    /** Forgets files that were collected and not published. Fine if there are none. */
    void discard(JobId job) throws IOException;

    /**
     * Opens an output for use as an input, without following links.
     *
     * @throws java.io.FileNotFoundException if it is not there
     * @throws IOException also if it is not the file that was recorded, by its size
     */
    ReadableByteChannel openInput(WorkspaceName workspace, OutputFile file) throws IOException;

    /**
     * A job whose program has ended.
     *
     * @param inputs the files that were put into its workspace beside its code
     * @param newerThan files changed later than this, and not among the outputs, are unmatched
     *     files
     */
    record Leavings(Job job, List<OutputFile> inputs, Instant newerThan) {
        public Leavings {
            inputs = List.copyOf(inputs);
        }
    }

    /**
     * A job that succeeded, with what it made.
     *
     * @param before files that the action owned until now
     */
    record Publication(Job job, JobResults results, List<OutputFile> before) {
        public Publication {
            before = List.copyOf(before);
        }
    }
}

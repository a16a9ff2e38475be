package org.securebackend.runner.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.securebackend.runner.config.RunnerConfig;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.JobRequest;
import org.securebackend.runner.store.JobStore;
import org.securebackend.runner.store.SqliteJobStore.Migration;

/** The wired product, as far as commands need it. */
public interface Product {

    /** Starts the daemon; it runs until it is closed. */
    Daemon serve(RunnerConfig config);

    /** Makes the database, or brings an older one up to date; no daemon may be running. */
    Migration migrate(RunnerConfig config);

    /** Opens the store of a daemon that may be running or not. */
    JobStore openStore(RunnerConfig config);

    /** Plans a request as the daemon would, saves it, and lets a running daemon know. */
    List<Job> add(RunnerConfig config, NewRequest request);

    /** The log of a finished job, if it is still there. */
    Optional<Path> logFile(RunnerConfig config, JobId job);

    /** Copies what a running job has said so far, or until its end. */
    void copyLog(RunnerConfig config, JobId job, Following following, OutputStream sink)
            throws IOException;

    /** Whether to stay until the job's program ends. */
    enum Following {
        NOW,
        UNTIL_END
    }

    /** A request without a server. {@code commit} empty: the newest one of the branch. */
    record NewRequest(JobRequest template, Optional<String> commit) {}

    /** A running daemon. */
    interface Daemon extends AutoCloseable {
        /** Blocks until it is closed. */
        void join() throws InterruptedException;

        @Override
        void close();
    }
}

package org.securebackend.runner.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.securebackend.runner.config.RunnerConfig;
import org.securebackend.runner.doctor.Finding;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.JobRequest;
import org.securebackend.runner.store.JobStore;
import org.securebackend.runner.store.v2.V2Import;
import org.securebackend.runner.store.v2.V2Progress;
import org.securebackend.runner.store.v2.V2Report;

/** The wired product, as far as commands need it. */
public interface Product {

    /** Starts the daemon; it runs until it is closed. */
    Daemon serve(RunnerConfig config);

    /** Opens the store of a daemon that may be running or not. */
    JobStore openStore(RunnerConfig config);

    /** Plans a request as the daemon would, saves it, and lets a running daemon know. */
    List<Job> add(RunnerConfig config, NewRequest request);

    /** Checks whether this host has what jobs need. */
    List<Finding> examine(RunnerConfig config) throws InterruptedException;

    /** Takes over, or rehearses to take over, what a version 2 runner knew. */
    V2Report takeOver(RunnerConfig config, Takeover wish, Consumer<V2Progress> watcher);

    /** The database of a version 2 runner, and what to do with it. */
    record Takeover(Path file, Extent extent, V2Import.Insistence insistence) {
        /** Whether anything is written. */
        public enum Extent {
            ALL,
            REHEARSAL
        }
    }

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

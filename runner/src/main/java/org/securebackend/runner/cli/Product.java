package org.securebackend.runner.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.securebackend.runner.config.RunnerConfig;
import org.securebackend.runner.doctor.Finding;
import org.securebackend.runner.executor.Execution;
import org.securebackend.runner.housekeeping.Journal;
import org.securebackend.runner.housekeeping.Leftover;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.JobRequest;
import org.securebackend.runner.job.WorkspaceName;
import org.securebackend.runner.store.JobStore;
import org.securebackend.runner.store.SqliteJobStore.Migration;
import org.securebackend.runner.store.v2.V2Import;
import org.securebackend.runner.store.v2.V2Progress;
import org.securebackend.runner.store.v2.V2Report;

/** The wired product, as far as commands need it. */
public interface Product {

    /** Starts the daemon; it runs until it is closed. */
    Daemon serve(RunnerConfig config);

    /** Makes the database, or brings an older one up to date; no daemon may be running. */
    Migration migrate(RunnerConfig config);

    /** Opens the store of a daemon that may be running or not. */
    JobStore openStore(RunnerConfig config);

    /** Lets a running daemon know that something in the store has changed. */
    void ring(RunnerConfig config);

    /** Whether a daemon works in the configuration's work directory now. */
    boolean hasDaemon(RunnerConfig config);

    /** What there is of a job's program, asked of the engine. */
    Execution program(RunnerConfig config, JobId job);

    /** What there is of all programs of this runner, asked of the engine. */
    Map<JobId, Execution> programs(RunnerConfig config);

    /**
     * Carries out, in place of a daemon that is stopped, what is ordered, until no job is active or
     * {@code patience} is over. Hears no job server and tells it nothing.
     */
    void standIn(RunnerConfig config, Duration patience) throws InterruptedException;

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

    /** Opens what jobs have left, also beside a running daemon. */
    House openHouse(RunnerConfig config);

    /** Writes a checked copy of the database into {@code file}, which must not be there yet. */
    void backUp(RunnerConfig config, Path file);

    /**
     * Makes manifests again from the database, and tells of each.
     *
     * @param workspaces empty: all that have files
     */
    void rebuildManifests(
            RunnerConfig config, List<String> workspaces, Consumer<RebuiltManifest> news)
            throws IOException;

    /** What became of the last house-keeping, task by task; none if there was none. */
    List<Journal.Entry> lastHousekeeping(RunnerConfig config) throws IOException;

    /** What jobs have left. */
    interface House extends AutoCloseable {
        /** In both storages. */
        List<Leftover> inStorage() throws IOException;

        /** Programs and workspaces on this host. */
        List<Leftover> onHost() throws IOException;

        /**
         * Lets this process alone remove something.
         *
         * @throws CommandFailedException if somebody else is at it
         */
        void takeTurn() throws IOException;

        /** Removes it, unless it is wanted again; tells whether it went. */
        boolean remove(Leftover leftover) throws IOException;

        @Override
        void close() throws IOException;
    }

    /**
     * A manifest that was made again. Paths are sorted.
     *
     * @param busy the job whose outputs are just being published: the manifest was left alone
     * @param kept how many entries stayed for files that the database does not know
     */
    record RebuiltManifest(
            WorkspaceName workspace,
            Optional<JobId> busy,
            List<String> added,
            List<String> changed,
            List<String> removed,
            int kept) {}

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

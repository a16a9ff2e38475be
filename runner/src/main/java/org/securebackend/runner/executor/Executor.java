package org.securebackend.runner.executor;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.securebackend.runner.job.ImageDigest;
import org.securebackend.runner.job.ImageName;
import org.securebackend.runner.job.JobId;

/**
 * Runs programs of jobs in locked-down surroundings. Every operation may be repeated: asked again
 * for what is done already, it changes nothing and answers the same. Every operation blocks, ends
 * within a bounded time, may be interrupted, and may be called from several threads at once, though
 * never twice at a time for one job.
 *
 * <p>All of them throw {@link ExecutorUnavailableException} if the engine cannot be asked now
 * (which can pass by itself) and {@link ExecutorException} if it refuses.
 */
public interface Executor {

    /** The content of an image that is present on this host, or empty if it is absent. */
    Optional<ImageDigest> findImage(ImageName image);

    /**
     * As {@link #findImage}, but where the configuration allows it an absent image is fetched
     * first.
     *
     * @param atBeginning told before anything is fetched, which may take long
     */
    Optional<ImageDigest> fetchImage(ImageName image, Runnable atBeginning);

    /** The workspace of a job, whether it exists or not. */
    JobWorkspace workspace(JobId job);

    /**
     * Starts a program in the job's workspace, which must be ready. Does nothing if it was started
     * already, even if it has ended since.
     *
     * @return what there is of the program afterwards: running, or ended already
     */
    Execution start(ProgramSpec program);

    /** What there is of a job's program. */
    Execution inspect(JobId job);

    /** What there is of all programs that this runner started and did not remove. */
    Map<JobId, Execution> survey();

    /**
     * Ends a program: asks it to stop, kills it after {@code grace}, and returns when it is gone.
     * Fine if it never ran.
     *
     * @return whether there was anything to stop; a program that ended by itself in the very moment
     *     was not stopped
     */
    StopOutcome stop(JobId job, Duration grace);

    /**
     * Writes what the program said so far, a timestamp before each line; nothing if there is none.
     */
    void copyLog(JobId job, OutputStream sink) throws IOException;

    /** Facts about the program for its metadata file, as JSON, values of variables not included. */
    Optional<String> describe(JobId job);

    /** What a job's program has used so far; empty if it does not run. */
    Optional<UsageReading> usage(JobId job);

    /**
     * What there is on this host of all jobs, open or not: programs, workspaces, and halves of them
     * that an interrupted call left. All of it goes with {@link #remove}.
     */
    List<Remains> remains();

    /** Removes program and workspace. Fine if there is nothing. */
    void remove(JobId job);

    /**
     * Tells {@code listener} of every program that ends from now on, until closed. After a break in
     * the connection to the engine the listener is asked to look again, since ends may have been
     * missed.
     */
    AutoCloseable watch(Listener listener);

    /** Hears of programs; called on a thread of the executor, must not block. */
    interface Listener {
        /** The program of {@code job} ended. */
        void ended(JobId job, Execution.Ended end);

        /** The engine went away; nothing is known of any program. */
        void lost();

        /** The engine is there (again): inspect what you wait for. */
        void connected();
    }
}

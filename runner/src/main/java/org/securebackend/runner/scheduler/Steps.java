package org.securebackend.runner.scheduler;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.securebackend.runner.executor.Executor;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.outputs.Outputs;
import org.securebackend.runner.source.StudySource;
import org.securebackend.runner.store.JobStore;
import org.securebackend.runner.store.JobStore.KeptOrder;

/** Knows which step belongs to which state. */
public final class Steps {
    private final Step prepare;
    private final Step start;
    private final Step find;
    private final Step collect;
    private final Step publish;
    private final Step stop;
    private final Step tidy;
    private final Step tidied;
    private final Step remove;
    private final Tools tools;

    /** What the steps work with. */
    public record Tools(
            Executor executor,
            StudySource source,
            Outputs outputs,
            JobStore store,
            InstantSource clock) {}

    /**
     * How the steps work.
     *
     * @param registry prefix of every image
     * @param copiesAtOnce how many jobs may copy files in, and how many out, at a time
     * @param stopGrace how long a program has to end by itself when it is stopped
     */
    public record Settings(
            String registry,
            int copiesAtOnce,
            Duration stopGrace,
            JobEnvironment environment,
            Storage storage) {

        /** For a backend whose storage nobody keeps watch over. */
        public Settings(
                String registry, int copiesAtOnce, Duration stopGrace, JobEnvironment environment) {
            this(registry, copiesAtOnce, stopGrace, environment, Storage.UNWATCHED);
        }
    }

    /** What is looked at before a job is prepared. */
    public record Storage(HostDisks disks, Optional<ArchivedWorkspaces> archived) {
        static final Storage UNWATCHED = new Storage(HostDisks.UNWATCHED, Optional.empty());
    }

    public Steps(Tools tools, Settings settings) {
        this.tools = tools;
        prepare = new PrepareStep(tools, settings, new CopyPlaces(settings.copiesAtOnce()));
        start = new StartStep(tools.executor(), settings.environment());
        find = new FindStep(tools.executor());
        collect = new CollectStep(tools, new CopyPlaces(settings.copiesAtOnce()));
        publish = new PublishStep(tools, settings.environment().data());
        stop = new StopStep(tools, settings.stopGrace());
        remove = new RemoveStep(tools);
        tidy = new TidyStep(tools, remove);
        tidied = new NothingToTidyStep(tools.store());
    }

    /** The work to do now that {@code job} has come into its state, if any. */
    Optional<Step> of(Job job) {
        return switch (job.state()) {
            case JobState.Waiting _, JobState.Executing _, JobState.Collecting _ ->
                    Optional.empty();
            case JobState.Preparing _ -> Optional.of(prepare);
            case JobState.Prepared _ -> Optional.of(start);
            case JobState.Executed _ -> Optional.of(collect);
            case JobState.Publishing _ -> Optional.of(publish);
            case JobState.Stopping _, JobState.Overrunning _ -> Optional.of(stop);
            case JobState.Done _ -> job.definition().work().map(_ -> tidy);
        };
    }

    /** Notes that there is nothing to tidy up: for jobs for which nothing was ever done. */
    Step tidied() {
        return tidied;
    }

    /** Removes what a finished job has left, even if it was kept. */
    Step remove() {
        return remove;
    }

    /** What an order about a kept job takes. */
    Step of(KeptOrder order) {
        return switch (order.wish()) {
            case RETRY -> new RetryStep(tools, order);
            case REMOVE -> remove;
        };
    }

    /** The work to take up for {@code job}, which nobody has in hand. */
    Optional<Step> resume(Job job) {
        return switch (job.state()) {
            case JobState.Executing _ -> Optional.of(find);
            case JobState.Collecting _ -> Optional.of(collect);
            case JobState.Waiting _,
                    JobState.Preparing _,
                    JobState.Prepared _,
                    JobState.Executed _,
                    JobState.Publishing _,
                    JobState.Stopping _,
                    JobState.Overrunning _,
                    JobState.Done _ ->
                    of(job);
        };
    }
}

package org.securebackend.runner.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How many jobs run, how heavy they are, and how often the loops look by themselves.
 *
 * @param workers the sum of the weights of running jobs stays at or below this
 * @param databaseWorkers how many database jobs run at a time
 * @param cpus processors of a job
 * @param memoryBytes memory of a job
 * @param start which jobs may start at all
 */
public record JobSection(
        int workers,
        int databaseWorkers,
        double cpus,
        long memoryBytes,
        ResourceWeights weights,
        Start start,
        Intervals intervals) {

    /** Which jobs may start. */
    public enum Start {
        ALL,
        /** Database jobs, and those of workspaces whose name ends in {@code -interactive}. */
        DATABASE_AND_INTERACTIVE
    }

    /**
     * How often the loops look by themselves.
     *
     * @param look for work, where nothing wakes the scheduler earlier
     * @param statistics of containers
     */
    public record Intervals(Duration look, Duration statistics) {}

    private static final Setting<Integer> WORKERS =
            Setting.of("jobs.workers", Forms.integer(1, 10_000)).variable("MAX_WORKERS");
    private static final Setting<Integer> DATABASE_WORKERS =
            Setting.of("jobs.database_workers", Forms.integer(1, 10_000))
                    .variable("MAX_DB_WORKERS");
    private static final Setting<Double> CPUS =
            Setting.of("jobs.cpus", Forms.positive(100_000)).variable("DEFAULT_JOB_CPU_COUNT");
    private static final Setting<Long> MEMORY =
            Setting.of("jobs.memory", Forms.SIZE.checked(JobSection::checkMemory))
                    .variable("DEFAULT_JOB_MEMORY_LIMIT");
    private static final Setting<List<ResourceWeights.Rule>> WEIGHTS =
            Setting.of("jobs.weights", ResourceWeights.FORM);
    private static final Setting<Path> WEIGHTS_FILE = Setting.of("jobs.weights_file", Forms.PATH);
    private static final Setting<Boolean> INTERACTIVE_ONLY =
            Setting.of("jobs.interactive_only", Forms.TRUTH)
                    .variable("FUNTIMES", Forms.trueIfSet());
    private static final Setting<Duration> LOOK_INTERVAL =
            Setting.of("jobs.look_interval", Forms.POSITIVE_DURATION).variable("JOB_LOOP_INTERVAL");
    private static final Setting<Duration> STATISTICS_INTERVAL =
            Setting.of("jobs.statistics_interval", Forms.POSITIVE_DURATION)
                    .variable("STATS_POLL_INTERVAL");

    private static final long LEAST_MEMORY = 6L << 20;

    static JobSection read(SettingReader settings) {
        int processors = Runtime.getRuntime().availableProcessors();
        int workers = settings.get(WORKERS, Math.max(1, processors - 1));
        List<ResourceWeights.Rule> weights = settings.get(WEIGHTS, List.of());
        Optional<Path> weightsFile = settings.find(WEIGHTS_FILE);
        return new JobSection(
                workers,
                settings.get(DATABASE_WORKERS, workers),
                settings.get(CPUS, 2.0),
                settings.get(MEMORY, 4L << 30),
                ResourceWeights.of(weights, weightsFile, settings, WEIGHTS_FILE),
                settings.get(INTERACTIVE_ONLY, false) ? Start.DATABASE_AND_INTERACTIVE : Start.ALL,
                new Intervals(
                        settings.get(LOOK_INTERVAL, Duration.ofSeconds(1)),
                        settings.get(STATISTICS_INTERVAL, Duration.ofSeconds(10))));
    }

    private static long checkMemory(long bytes) {
        if (bytes < LEAST_MEMORY) {
            throw new UnfitException(
                    "must be at least 6m, which the engine needs to start anything");
        }
        return bytes;
    }
}

package org.securebackend.runner.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How many jobs run, how heavy they are, and how they are watched and stopped.
 *
 * @param workers the sum of the weights of running jobs stays at or below this
 * @param databaseWorkers how many database jobs run at a time
 * @param cpus processors of a job
 * @param memoryBytes memory of a job
 * @param totalMemoryBytes what the limits of running jobs may add up to; empty: whatever workers
 *     allow
 * @param timeLimit how long a program may run; empty: as long as it likes
 * @param lookInterval between two looks for work that nothing but a lost signal needs
 * @param stopGrace how long a program has to end by itself when it is stopped
 * @param usageInterval between two samples of what programs use
 * @param limits how long trouble and silence may last
 * @param keepBroken how long the container and workspace of a job that the platform failed are kept
 */
public record JobSection(
        int workers,
        int databaseWorkers,
        double cpus,
        long memoryBytes,
        Optional<Long> totalMemoryBytes,
        Optional<Duration> timeLimit,
        ResourceWeights weights,
        Duration lookInterval,
        Duration stopGrace,
        Duration usageInterval,
        Limits limits,
        Duration keepBroken) {

    /**
     * How long trouble and silence may last.
     *
     * @param trouble that can pass, before its job fails
     * @param loopSilence of one of the daemon's loops, before it counts as stuck
     * @param engineSilence of a step that asks the engine
     * @param copySilence of a step that copies files
     */
    public record Limits(
            Duration trouble, Duration loopSilence, Duration engineSilence, Duration copySilence) {}

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
    private static final Setting<Long> TOTAL_MEMORY =
            Setting.of("jobs.total_memory", Forms.POSITIVE_SIZE);
    private static final Setting<Duration> TIME_LIMIT =
            Setting.of("jobs.time_limit", Forms.POSITIVE_DURATION);
    private static final Setting<List<ResourceWeights.Rule>> WEIGHTS =
            Setting.of("jobs.weights", ResourceWeights.FORM);
    private static final Setting<Path> WEIGHTS_FILE = Setting.of("jobs.weights_file", Forms.PATH);
    private static final Setting<Duration> LOOK_INTERVAL =
            Setting.of("jobs.look_interval", Forms.POSITIVE_DURATION);
    private static final Setting<Duration> STOP_GRACE =
            Setting.of("jobs.stop_grace", Forms.DURATION_OF);
    private static final Setting<Duration> KEEP_BROKEN =
            Setting.of("jobs.keep_broken", Forms.DURATION_OF);
    private static final Setting<Duration> USAGE_INTERVAL =
            Setting.of("jobs.usage_interval", Forms.POSITIVE_DURATION)
                    .variable("STATS_POLL_INTERVAL");

    /** More often would cost more than it tells (spec, section 1). */
    private static final Duration LEAST_USAGE_INTERVAL = Duration.ofSeconds(2);

    private static final Setting<Duration> TROUBLE =
            Setting.of("jobs.trouble_patience", Forms.DURATION_OF);
    private static final Setting<Duration> LOOP_SILENCE =
            Setting.of("jobs.loop_silence", Forms.POSITIVE_DURATION);
    private static final Setting<Duration> ENGINE_SILENCE =
            Setting.of("jobs.engine_silence", Forms.POSITIVE_DURATION);
    private static final Setting<Duration> COPY_SILENCE =
            Setting.of("jobs.copy_silence", Forms.POSITIVE_DURATION);

    private static final long LEAST_MEMORY = 6L << 20;

    static JobSection read(SettingReader settings) {
        int processors = Runtime.getRuntime().availableProcessors();
        int workers = settings.get(WORKERS, Math.max(1, processors - 1));
        List<ResourceWeights.Rule> weights = settings.get(WEIGHTS, List.of());
        Optional<Path> weightsFile = settings.find(WEIGHTS_FILE);
        int databaseWorkers = settings.get(DATABASE_WORKERS, workers);
        double cpus = settings.get(CPUS, 2.0);
        long memory = settings.get(MEMORY, 4L << 30);
        return new JobSection(
                workers,
                databaseWorkers,
                cpus,
                memory,
                totalMemory(settings, memory),
                settings.find(TIME_LIMIT),
                ResourceWeights.of(weights, weightsFile, settings, WEIGHTS_FILE),
                settings.get(LOOK_INTERVAL, Duration.ofMinutes(1)),
                settings.get(STOP_GRACE, Duration.ofSeconds(2)),
                atLeast(LEAST_USAGE_INTERVAL, settings.get(USAGE_INTERVAL, Duration.ofSeconds(10))),
                new Limits(
                        settings.get(TROUBLE, Duration.ofDays(3)),
                        settings.get(LOOP_SILENCE, Duration.ofMinutes(5)),
                        settings.get(ENGINE_SILENCE, Duration.ofMinutes(20)),
                        settings.get(COPY_SILENCE, Duration.ofHours(1))),
                settings.get(KEEP_BROKEN, Duration.ofDays(7)));
    }

    private static Duration atLeast(Duration least, Duration wanted) {
        return wanted.compareTo(least) < 0 ? least : wanted;
    }

    private static Optional<Long> totalMemory(SettingReader settings, long ofOneJob) {
        Optional<Long> total = settings.find(TOTAL_MEMORY);
        if (total.isPresent() && total.get() < ofOneJob) {
            settings.problem(
                    TOTAL_MEMORY,
                    "must be at least jobs.memory, what one job may take: %d bytes"
                            .formatted(ofOneJob));
        }
        return total;
    }

    private static long checkMemory(long bytes) {
        if (bytes < LEAST_MEMORY) {
            throw new UnfitException(
                    "must be at least 6m, which the engine needs to start anything");
        }
        return bytes;
    }
}

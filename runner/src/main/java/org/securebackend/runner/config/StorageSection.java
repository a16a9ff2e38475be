package org.securebackend.runner.config;

import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.util.Optional;

/**
 * Where files lie, and how much of them. Paths are absolute.
 *
 * @param high storage of highly sensitive files
 * @param medium storage of what is released to level 4
 * @param volumes directories that are bound into containers
 * @param volumesOnHost the same as the engine's host sees it
 * @param archives where operators put workspaces that they have packed away
 * @param copiesAtOnce how many jobs' files are copied in, and how many out, at a time
 */
public record StorageSection(
        Path high,
        Path medium,
        Path volumes,
        Path volumesOnHost,
        Path archives,
        int copiesAtOnce,
        Bounds bounds,
        Keeping keeping) {

    /**
     * How much one job may leave behind.
     *
     * @param files how many outputs
     * @param fileBytes of one of them
     * @param jobBytes of all of them
     * @param reservedBytes that stay free in high storage
     */
    public record Bounds(int files, long fileBytes, long jobBytes, long reservedBytes) {}

    /**
     * How long what is kept, and when in the day what is over is removed.
     *
     * @param failed outputs of jobs that did not succeed
     * @param logs the logs of a month, from its end on; empty: for ever
     * @param backups where the database is copied to; empty: it is not
     * @param backupsKept how many copies
     */
    public record Keeping(
            Duration failed,
            Optional<Duration> logs,
            Optional<Path> backups,
            int backupsKept,
            LocalTime housekeepingAt) {}

    private static final long GIBIBYTE = 1L << 30;

    private static final Setting<Path> HIGH =
            Setting.of("storage.high", Forms.ABSOLUTE_PATH).variable("HIGH_PRIVACY_STORAGE_BASE");
    private static final Setting<Path> MEDIUM =
            Setting.of("storage.medium", Forms.ABSOLUTE_PATH)
                    .variable("MEDIUM_PRIVACY_STORAGE_BASE");
    private static final Setting<Path> VOLUMES =
            Setting.of("storage.volumes", Forms.ABSOLUTE_PATH).variable("HIGH_PRIVACY_VOLUME_DIR");
    private static final Setting<Path> VOLUMES_ON_HOST =
            Setting.of("storage.volumes_on_host", Forms.ABSOLUTE_PATH)
                    .variable("DOCKER_HOST_VOLUME_DIR");
    private static final Setting<Path> ARCHIVES =
            Setting.of("storage.archives", Forms.ABSOLUTE_PATH)
                    .variable("HIGH_PRIVACY_ARCHIVE_DIR");
    private static final Setting<Integer> COPIES_AT_ONCE =
            Setting.of("storage.copies_at_once", Forms.integer(1, 1000));
    private static final Setting<Integer> FILES =
            Setting.of("storage.max_files", Forms.integer(1, 10_000_000));
    private static final Setting<Long> FILE_BYTES = Setting.of("storage.max_file_size", Forms.SIZE);
    private static final Setting<Long> JOB_BYTES = Setting.of("storage.max_job_size", Forms.SIZE);
    private static final Setting<Long> RESERVED = Setting.of("storage.reserved_space", Forms.SIZE);

    private static final Setting<Duration> KEEP_FAILED =
            Setting.of("storage.keep_failed", Forms.DURATION_OF);
    private static final Setting<Duration> KEEP_LOGS =
            Setting.of("storage.keep_logs", Forms.POSITIVE_DURATION);
    private static final Setting<Path> BACKUPS = Setting.of("storage.backups", Forms.ABSOLUTE_PATH);
    private static final Setting<Integer> KEEP_BACKUPS =
            Setting.of("storage.keep_backups", Forms.integer(1, 10_000));
    private static final Setting<LocalTime> HOUSEKEEPING_AT =
            Setting.of("storage.housekeeping_at", Forms.TIME_OF_DAY);

    static StorageSection read(SettingReader settings, Path workDirectory) {
        Path high = settings.get(HIGH, workDirectory.resolve("high_privacy"));
        Path medium = settings.get(MEDIUM, workDirectory.resolve("medium_privacy"));
        Path volumes = settings.get(VOLUMES, high.resolve("volumes"));
        var section =
                new StorageSection(
                        high,
                        medium,
                        volumes,
                        settings.get(VOLUMES_ON_HOST, volumes),
                        settings.get(ARCHIVES, high.resolve("archives")),
                        settings.get(COPIES_AT_ONCE, 4),
                        new Bounds(
                                settings.get(FILES, 100_000),
                                settings.get(FILE_BYTES, 100 * GIBIBYTE),
                                settings.get(JOB_BYTES, 500 * GIBIBYTE),
                                settings.get(RESERVED, GIBIBYTE)),
                        new Keeping(
                                settings.get(KEEP_FAILED, Duration.ofDays(30)),
                                settings.find(KEEP_LOGS),
                                settings.find(BACKUPS),
                                settings.get(KEEP_BACKUPS, 7),
                                settings.get(HOUSEKEEPING_AT, LocalTime.of(3, 30))));
        section.checkApart(settings);
        return section;
    }

    // Whoever may see medium storage would see high storage too.
    private void checkApart(SettingReader settings) {
        if (high.startsWith(medium)) {
            settings.problem(HIGH, "must not be inside of storage.medium (%s)".formatted(medium));
        } else if (medium.startsWith(high)) {
            settings.problem(MEDIUM, "must not be inside of storage.high (%s)".formatted(high));
        }
        if (keeping.backups().filter(folder -> folder.startsWith(medium)).isPresent()) {
            settings.problem(
                    BACKUPS, "must not be inside of storage.medium (%s)".formatted(medium));
        }
        if (volumes.startsWith(medium)) {
            settings.problem(
                    VOLUMES, "must not be inside of storage.medium (%s)".formatted(medium));
        }
    }
}

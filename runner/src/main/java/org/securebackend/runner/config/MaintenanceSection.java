package org.securebackend.runner.config;

import java.time.Duration;
import java.util.List;

/**
 * How it is found out whether the database is in maintenance. The container that asks is in {@code
 * databases.network}, as database jobs are.
 *
 * @param image name and version, without the registry
 * @param command {@code {mode}} stands for the present mode, or {@code None}
 * @param database the name of the one that is asked, such as {@code default}
 * @param timeLimit how long an answer may take
 */
public record MaintenanceSection(
        Check check,
        Duration interval,
        String image,
        List<String> command,
        String database,
        Duration timeLimit) {
    /** Whether the database is asked at all. */
    public enum Check {
        ON,
        OFF
    }

    private static final Form<Check> OLD_SPELLING =
            Forms.trueOnlyFor("true", "yes", "on")
                    .map(
                            on -> on ? Check.ON : Check.OFF,
                            check -> Boolean.toString(check == Check.ON));

    private static final Setting<Check> CHECK =
            Setting.of("maintenance.check", Forms.choice(Check.class))
                    .variable("ENABLE_MAINTENANCE_MODE_THREAD", OLD_SPELLING);
    private static final Setting<Duration> INTERVAL =
            Setting.of("maintenance.interval", Forms.POSITIVE_DURATION)
                    .variable("MAINTENANCE_POLL_INTERVAL");
    private static final Setting<String> IMAGE = Setting.of("maintenance.image", Forms.TEXT);
    private static final Setting<List<String>> COMMAND =
            Setting.of("maintenance.command", Forms.TEXTS);
    private static final Setting<String> DATABASE = Setting.of("maintenance.database", Forms.TEXT);
    private static final Setting<Duration> TIME_LIMIT =
            Setting.of("maintenance.time_limit", Forms.POSITIVE_DURATION);

    public MaintenanceSection {
        command = List.copyOf(command);
    }

    static MaintenanceSection read(SettingReader settings) {
        return new MaintenanceSection(
                settings.get(CHECK, Check.OFF),
                settings.get(INTERVAL, Duration.ofMinutes(5)),
                settings.get(IMAGE, "cohortextractor:latest"),
                settings.get(COMMAND, List.of("maintenance", "--current-mode", "{mode}")),
                settings.get(DATABASE, "default"),
                settings.get(TIME_LIMIT, Duration.ofMinutes(5)));
    }
}

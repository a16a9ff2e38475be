package org.securebackend.runner.maintenance;

import java.time.Duration;
import java.util.List;
import org.securebackend.runner.executor.ProgramSpec.DatabaseAddress;
import org.securebackend.runner.job.ImageName;

/**
 * How the database is asked.
 *
 * @param arguments of the image's program; {@code {mode}} in them stands for the present mode, or
 *     {@code None}
 * @param databaseUrl secret; given as {@code DATABASE_URL}
 * @param limit how long an answer may take
 * @param interval from one question to the next
 */
public record MaintenanceSettings(
        ImageName image,
        List<String> arguments,
        String databaseUrl,
        DatabaseAddress database,
        Duration limit,
        Duration interval) {
    public MaintenanceSettings {
        arguments = List.copyOf(arguments);
    }

    /** Leaves the URL out. */
    @Override
    public String toString() {
        return "MaintenanceSettings[image=%s, interval=%s]".formatted(image, interval);
    }
}

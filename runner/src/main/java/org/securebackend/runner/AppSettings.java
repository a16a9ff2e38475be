package org.securebackend.runner;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.securebackend.runner.docker.DockerSettings;
import org.securebackend.runner.housekeeping.BackingUp;
import org.securebackend.runner.housekeeping.Housekeeper;
import org.securebackend.runner.housekeeping.Keeping;
import org.securebackend.runner.maintenance.MaintenanceSettings;
import org.securebackend.runner.outputs.OutputsSettings;
import org.securebackend.runner.pipeline.DataKind;
import org.securebackend.runner.scheduler.Scheduler;
import org.securebackend.runner.scheduler.Steps;
import org.securebackend.runner.server.JobServerSettings;
import org.securebackend.runner.source.SourceSettings;
import org.securebackend.runner.sync.RequestChecks;

/** What each room is set up with. */
public record AppSettings(
        Path workDirectory,
        JobServerSettings server,
        Study study,
        Programs programs,
        Scheduler.Settings scheduler,
        OutputsSettings outputs,
        Housekeeping housekeeping,
        Timing timing) {

    /** How requests become jobs. */
    public record Study(SourceSettings source, RequestChecks checks, DataKind data) {}

    /**
     * How jobs are run.
     *
     * @param maintenance how the database is asked whether it is in maintenance; empty: it is not
     */
    public record Programs(
            DockerSettings docker,
            Steps.Settings steps,
            Optional<MaintenanceSettings> maintenance) {
        /** The database is not asked anything. */
        public Programs(DockerSettings docker, Steps.Settings steps) {
            this(docker, steps, Optional.empty());
        }
    }

    /**
     * What is done once a day.
     *
     * @param backup empty: the database is not copied
     */
    public record Housekeeping(
            Keeping keeping, Housekeeper.Schedule schedule, Optional<BackingUp.Settings> backup) {}

    /**
     * How often and how long.
     *
     * @param poll between two polls of the server
     * @param safetyLook between two looks at the store that nothing but a lost signal needs
     * @param usage between two samples of what programs use
     * @param sourcePatience how long a study's code may be out of reach before its request fails
     * @param loopSilence after which a loop counts as stuck
     */
    public record Timing(
            Duration poll,
            Duration safetyLook,
            Duration usage,
            Duration sourcePatience,
            Duration loopSilence) {}
}

package org.securebackend.runner.scheduler;

import java.util.Locale;
import java.util.Map;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.pipeline.DataKind;
import org.securebackend.runner.store.JobStore.Flag;

/**
 * The backend's state, as far as it keeps jobs from starting.
 *
 * @param paused nothing new starts
 * @param databaseMaintenance nothing that has database access runs
 * @param executorReachable whether programs can be started at all
 */
public record Conditions(
        Switch paused, Switch databaseMaintenance, Switch executorReachable, DataKind data) {

    /** A condition that holds or does not. */
    enum Switch {
        ON,
        OFF,
        /** Nobody has said yet. */
        UNKNOWN;

        static Switch of(boolean on) {
            return on ? ON : OFF;
        }

        boolean isOn() {
            return this == ON;
        }
    }

    static Conditions of(Map<String, Flag> flags, Switch executorReachable, DataKind data) {
        return new Conditions(
                Switch.of(value(flags, "paused").toLowerCase(Locale.ROOT).equals("true")),
                Switch.of(value(flags, "mode").equals("db-maintenance")),
                executorReachable,
                data);
    }

    private static String value(Map<String, Flag> flags, String name) {
        Flag flag = flags.get(name);
        return flag == null ? "" : flag.value().orElse("");
    }

    boolean hasDatabaseAccess(Job job) {
        return job.work().hasDatabaseAccess(data);
    }
}

package org.securebackend.runner.scheduler;

import java.time.Instant;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.pipeline.DataKind;
import org.securebackend.runner.store.BackendOrders;

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

    /** What holds under {@code orders} at {@code now}, while the executor can be reached or not. */
    static Conditions of(
            BackendOrders orders, Switch executorReachable, DataKind data, Instant now) {
        return new Conditions(
                Switch.of(orders.holdBackStarts(now)),
                Switch.of(orders.maintenance().isPresent()),
                executorReachable,
                data);
    }

    boolean hasDatabaseAccess(Job job) {
        return job.work().hasDatabaseAccess(data);
    }
}

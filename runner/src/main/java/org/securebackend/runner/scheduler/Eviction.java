package org.securebackend.runner.scheduler;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.job.StopReason;
import org.securebackend.runner.store.BackendOrders;

/**
 * Which running jobs the backend's orders put back. A program that has ended is let be: its result
 * stands. Pure.
 *
 * @param maintenanceGrace how long database jobs may go on once the database is in maintenance
 */
record Eviction(BackendOrders orders, Duration maintenanceGrace) {

    /** Why the job is to be stopped now and put back; empty if it may go on. */
    Optional<StopReason> of(Job job, Conditions conditions, Instant now) {
        if (!mayStillRun(job)) {
            return Optional.empty();
        }
        if (orders.putRunningBack(now)) {
            return Optional.of(StopReason.REBOOT);
        }
        return conditions.databaseMaintenance().isOn()
                        && conditions.hasDatabaseAccess(job)
                        && isGraceOver(now)
                ? Optional.of(StopReason.DATABASE_MAINTENANCE)
                : Optional.empty();
    }

    private boolean isGraceOver(Instant now) {
        return endOfGrace().allMatch(end -> !end.isAfter(now));
    }

    private Stream<Instant> endOfGrace() {
        return orders.maintenance().stream().map(order -> order.since().plus(maintenanceGrace));
    }

    /** The times, past ones too, at which another answer may be due. */
    Stream<Instant> turns() {
        return Stream.concat(orders.turns(), endOfGrace());
    }

    private static boolean mayStillRun(Job job) {
        return switch (job.state()) {
            case JobState.Preparing _, JobState.Prepared _, JobState.Executing _ -> true;
            case JobState.Waiting _,
                    JobState.Executed _,
                    JobState.Collecting _,
                    JobState.Publishing _,
                    JobState.Stopping _,
                    JobState.Overrunning _,
                    JobState.Done _ ->
                    false;
        };
    }
}

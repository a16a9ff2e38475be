package org.securebackend.runner.scheduler;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.store.BackendOrders;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the log when orders for the whole backend change, and when nothing runs any more that they
 * waited for. Belongs to the scheduler's thread.
 */
final class OrderNews {
    private static final Logger log = LoggerFactory.getLogger("orders");

    private BackendOrders told = BackendOrders.NONE;
    private boolean toldStill;

    /** Tells of what is new. {@code open}: the jobs that are not done. */
    void tell(BackendOrders orders, Collection<Job> open, Instant now) {
        if (!orders.equals(told)) {
            List<String> lines = orders.lines();
            if (lines.isEmpty()) {
                log.info("nothing holds jobs back any more");
            }
            lines.forEach(line -> log.warn("{}", line));
            told = orders;
            toldStill = false;
        }
        boolean still =
                (orders.reboot().isPresent()
                                || orders.drain().filter(drain -> drain.hasBegun(now)).isPresent())
                        && open.stream().noneMatch(job -> job.state() instanceof JobState.Active);
        if (still && !toldStill) {
            log.warn("drained: no job is running, and none starts until: runner pause off");
        }
        toldStill = still;
    }
}

package org.securebackend.runner.doctor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes many checks side by side, none of which can keep the others waiting. */
public final class Examination {
    private static final Logger log = LoggerFactory.getLogger(Examination.class);

    private final Duration limit;

    /**
     * @param limit how long each check may take
     */
    public Examination(Duration limit) {
        this.limit = limit;
    }

    /** What the checks found, in their order. */
    public List<Finding> of(List<Check> checks) throws InterruptedException {
        var tasks = new ArrayList<FutureTask<List<Finding>>>();
        for (Check check : checks) {
            var task = new FutureTask<>(check::examine);
            tasks.add(task);
            Thread.ofVirtual().name("doctor " + check.name()).start(task);
        }
        long deadline = System.nanoTime() + limit.toNanos();
        var findings = new ArrayList<Finding>();
        for (int i = 0; i < checks.size(); i++) {
            findings.addAll(
                    result(checks.get(i), tasks.get(i), Math.max(0, deadline - System.nanoTime())));
        }
        return findings;
    }

    private static String reason(ExecutionException broken) {
        Throwable cause = broken.getCause();
        return cause == null ? "no reason given" : String.valueOf(cause.getMessage());
    }

    private List<Finding> result(Check check, FutureTask<List<Finding>> task, long nanos)
            throws InterruptedException {
        try {
            return task.get(nanos, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            task.cancel(true);
            return List.of(
                    Finding.failed(
                            check.name(),
                            "not done within %d s".formatted(limit.toSeconds()),
                            "see whether the engine, the disks and the network are slow, and try again"));
        } catch (ExecutionException e) {
            log.debug("the check {} broke", check.name(), e.getCause());
            return List.of(
                    Finding.failed(
                            check.name(),
                            "the check itself broke: " + reason(e),
                            "log.level debug shows where"));
        }
    }
}

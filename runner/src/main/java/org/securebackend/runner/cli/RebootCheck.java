package org.securebackend.runner.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.securebackend.runner.config.RunnerConfig;
import org.securebackend.runner.executor.Execution;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.server.WireStatus;
import org.securebackend.runner.store.BackendOrders;
import org.securebackend.runner.store.JobStore;

/**
 * Whether the host can be restarted now: proved, or not. Nothing is left out that could not be
 * asked.
 *
 * @param hindrances what is in the way, for operators; none: safe
 */
record RebootCheck(List<String> hindrances) {
    RebootCheck {
        hindrances = List.copyOf(hindrances);
    }

    boolean isSafe() {
        return hindrances.isEmpty();
    }

    /**
     * Looks in this order: once the daemon has taken up the order no job becomes active any more;
     * once none is, no container is started.
     *
     * @throws org.securebackend.runner.executor.ExecutorException if the engine cannot be asked
     */
    static RebootCheck now(Product product, RunnerConfig config, JobStore store) {
        var hindrances = new ArrayList<String>();
        if (BackendOrders.of(store.flags()).reboot().isEmpty()) {
            hindrances.add(
                    "no reboot is prepared, jobs may start at any moment: runner prepare-reboot");
        }
        if (store.hasUnseenFlags() && product.hasDaemon(config)) {
            hindrances.add("the daemon has not taken up the last order yet");
        }
        hindrances.addAll(ofJobs(store.openJobs()));
        hindrances.addAll(ofPrograms(product.programs(config)));
        return new RebootCheck(hindrances);
    }

    private static List<String> ofJobs(List<Job> open) {
        return open.stream()
                .filter(job -> !(job.state() instanceof JobState.Waiting))
                .map(job ->
                        "job %s (%s) is not saved as waiting: %s"
                                .formatted(
                                        job.id(),
                                        Printable.of(job.definition().action().value()),
                                        WireStatus.of(job.state()).code()))
                .toList();
    }

    private static List<String> ofPrograms(Map<JobId, Execution> programs) {
        return programs.entrySet().stream()
                .filter(program -> program.getValue() instanceof Execution.Running)
                .map(program -> "the container of job %s is running".formatted(program.getKey()))
                .sorted()
                .toList();
    }
}

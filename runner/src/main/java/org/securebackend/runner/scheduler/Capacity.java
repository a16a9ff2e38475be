package org.securebackend.runner.scheduler;

import java.util.List;
import java.util.regex.Pattern;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.WorkspaceName;

/**
 * How much may run at a time.
 *
 * @param workers sum of the weights of running jobs, at most
 * @param databaseWorkers number of running jobs with database access, at most
 * @param weights the first that fits a job counts; without one a job weighs 1
 */
public record Capacity(int workers, int databaseWorkers, List<Weight> weights) {
    public Capacity {
        weights = List.copyOf(weights);
    }

    /** The weight of actions of one workspace whose whole name matches. */
    public record Weight(WorkspaceName workspace, Pattern action, double weight) {}

    /** A job's weight; never above what all workers together can carry, so that it can start. */
    double weightOf(Job job) {
        return weights.stream()
                .filter(weight -> weight.workspace().equals(job.work().workspace()))
                .filter(weight ->
                        weight.action().matcher(job.definition().action().value()).matches())
                .mapToDouble(Weight::weight)
                .map(weight -> Math.min(weight, workers))
                .findFirst()
                .orElse(1);
    }
}

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
public record Capacity(int workers, int databaseWorkers, List<Weight> weights, Memory memory) {
    public Capacity {
        weights = List.copyOf(weights);
    }

    /** Without a limit of memory. */
    public Capacity(int workers, int databaseWorkers, List<Weight> weights) {
        this(workers, databaseWorkers, weights, Memory.UNLIMITED);
    }

    /** The weight of actions of one workspace whose whole name matches. */
    public record Weight(WorkspaceName workspace, Pattern action, double weight) {}

    /**
     * The memory that there is for jobs.
     *
     * @param jobBytes what each job may take
     * @param totalBytes what all running jobs may take together
     */
    public record Memory(long jobBytes, long totalBytes) {
        public static final Memory UNLIMITED = new Memory(0, Long.MAX_VALUE);

        /** Whether one more job fits in; the first always does, so that there is no standstill. */
        boolean hasRoomBeside(int runningJobs) {
            return runningJobs == 0 || jobBytes <= totalBytes / (runningJobs + 1);
        }
    }

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

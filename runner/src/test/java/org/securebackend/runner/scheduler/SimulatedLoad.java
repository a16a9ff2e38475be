package org.securebackend.runner.scheduler;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.securebackend.runner.job.CodeLocation;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobDefinition;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.JobRequest;
import org.securebackend.runner.job.RequestId;
import org.securebackend.runner.job.TestRequests;
import org.securebackend.runner.job.Work;
import org.securebackend.runner.job.Work.Need;
import org.securebackend.runner.job.WorkspaceName;
import org.securebackend.runner.pipeline.ActionName;
import org.securebackend.runner.pipeline.OutputPattern;
import org.securebackend.runner.pipeline.OutputSpec;
import org.securebackend.runner.pipeline.PrivacyLevel;
import org.securebackend.runner.pipeline.RunCommand;

/**
 * Requests as a busy backend gets them: fifty workspaces, most of them quiet for long; now and then
 * one asks for everything. Extractions from the database first, then what is made of them; most
 * jobs take minutes, some a second, some twenty hours; a few are heavy.
 */
final class SimulatedLoad {
    private static final int WORKSPACES = 50;
    private static final double SHORTEST_SECONDS = 1;
    private static final double LONGEST_SECONDS = 20 * 3600;

    private final SplittableRandom random;
    private final int oneInSoManyIsHeavy;
    private final Map<JobId, Duration> durations = new HashMap<>();
    private final List<Arrival> arrivals = new ArrayList<>();

    /** A request and its jobs, which are wanted from {@code at} on. */
    record Arrival(Instant at, JobRequest request, List<Job> jobs) {}

    /**
     * @param requests how many come, spread over {@code period}
     */
    SimulatedLoad(long seed, int requests, Duration period) {
        random = new SplittableRandom(seed);
        oneInSoManyIsHeavy = seed % 2 == 0 ? 12 : 60;
        for (int i = 0; i < requests; i++) {
            Instant at = TestJobs.T0.plusMillis((long) (random.nextDouble() * period.toMillis()));
            // A few workspaces ask for most.
            int workspace = (int) (WORKSPACES * Math.pow(random.nextDouble(), 2));
            arrivals.add(arrival("r" + i, "w" + workspace, at));
        }
        arrivals.sort(Comparator.comparing(Arrival::at));
    }

    List<Arrival> arrivals() {
        return arrivals;
    }

    Duration durationOf(JobId job) {
        return durations.getOrDefault(job, Duration.ZERO);
    }

    private Arrival arrival(String id, String workspace, Instant at) {
        int size = random.nextInt(10) == 0 ? 20 + random.nextInt(30) : 1 + random.nextInt(4);
        var request = TestRequests.of(id, workspace, "run_all");
        var jobs = new ArrayList<Job>();
        for (int i = 0; i < size; i++) {
            boolean extraction = i < (size + 2) / 3;
            String kind = extraction ? "extract" : "report";
            String weight = random.nextInt(oneInSoManyIsHeavy) == 0 ? "heavy" : "plain";
            List<Need> needs =
                    extraction || random.nextInt(3) == 0 ? List.of() : List.of(oneOf(jobs));
            Job job = job(request, "%s_%s_%d".formatted(weight, kind, i), at, needs);
            jobs.add(job);
            durations.put(job.id(), duration(size));
        }
        return new Arrival(at, request, jobs);
    }

    private Need oneOf(List<Job> jobs) {
        Job producer = jobs.get(random.nextInt(jobs.size()));
        return new Need(producer.definition().action(), producer.id());
    }

    /** Spread evenly over the orders of magnitude; floods are made of shorter jobs. */
    private Duration duration(int size) {
        double longest = size > 10 ? LONGEST_SECONDS / 10 : LONGEST_SECONDS;
        double seconds =
                SHORTEST_SECONDS * Math.pow(longest / SHORTEST_SECONDS, random.nextDouble());
        return Duration.ofMillis((long) (seconds * 1000));
    }

    private static Job job(JobRequest request, String action, Instant at, List<Need> needs) {
        var work =
                new Work(
                        new WorkspaceName(request.workspace()),
                        new CodeLocation(TestJobs.STUDY, TestJobs.COMMIT),
                        java.util.Optional.empty(),
                        new RunCommand("python", "v1", List.of("python", action)),
                        new OutputSpec(
                                List.of(
                                        new OutputSpec.Output(
                                                PrivacyLevel.HIGHLY_SENSITIVE,
                                                "out",
                                                new OutputPattern("output/" + action + ".csv")))),
                        needs,
                        action.contains("extract"),
                        "default");
        return Job.waiting(
                new JobDefinition(
                        JobId.of(new RequestId(request.id().value()), action),
                        request.id(),
                        new ActionName(action),
                        at,
                        java.util.Optional.of(work)));
    }
}

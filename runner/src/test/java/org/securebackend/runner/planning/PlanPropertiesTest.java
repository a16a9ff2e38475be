package org.securebackend.runner.planning;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.securebackend.runner.job.CodeLocation;
import org.securebackend.runner.job.CommitId;
import org.securebackend.runner.job.Exit;
import org.securebackend.runner.job.FailureReason;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobDefinition;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.JobRequest;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.job.RequestId;
import org.securebackend.runner.job.Success;
import org.securebackend.runner.job.TestRequests;
import org.securebackend.runner.job.WaitReason;
import org.securebackend.runner.job.Work;
import org.securebackend.runner.job.WorkspaceName;
import org.securebackend.runner.pipeline.Action;
import org.securebackend.runner.pipeline.ActionName;
import org.securebackend.runner.pipeline.OutputSpec;
import org.securebackend.runner.pipeline.Pipeline;
import org.securebackend.runner.pipeline.RunCommand;
import org.securebackend.runner.planning.Plan.PlannedAction;

/** What holds for every plan, tried on random studies; a failure names its seed. */
class PlanPropertiesTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final RequestId OLD = new RequestId("old");
    private static final RequestId NEW = new RequestId("new");
    private static final int MANY = 10_000;

    static IntStream seeds() {
        return IntStream.range(0, 300);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everyPlanIsWhole(int seed) {
        var random = new Random(seed);
        Pipeline pipeline = randomStudy(random);
        List<Job> existing = randomRuns(pipeline, random);
        JobRequest request = randomRequest(pipeline, random);

        Plan plan = JobPlanner.plan(request, pipeline, existing);

        assertThat(JobPlanner.plan(request, pipeline, existing)).isEqualTo(plan);
        switch (plan) {
            case Plan.Run(var actions) -> check(actions, existing);
            case Plan.NothingToDo _ ->
                    assertThat(existing).anyMatch(job -> !(job.state() instanceof JobState.Failed));
            case Plan.UnknownActions _ -> throw new AssertionError("all are known");
        }
    }

    private static void check(List<PlannedAction> actions, List<Job> existing) {
        Map<JobId, Job> kept = new HashMap<>();
        existing.forEach(job -> kept.put(job.id(), job));
        Set<JobId> before = new HashSet<>();
        for (PlannedAction planned : actions) {
            assertThat(planned.needs())
                    .as("every need, in the order of the file")
                    .extracting(need -> need.action())
                    .containsExactlyElementsOf(planned.action().needs());
            assertThat(planned.needs())
                    .as("comes before, or is there and did not fail")
                    .allMatch(need ->
                            before.contains(need.producer())
                                    || didNotFail(kept.get(need.producer())));
            assertThat(before.add(JobId.of(NEW, planned.action().name().value())))
                    .as("runs once")
                    .isTrue();
        }
    }

    private static boolean didNotFail(@Nullable Job job) {
        return job != null && !(job.state() instanceof JobState.Failed);
    }

    @Test
    void tenThousandActionsInAFanArePlannedQuickly() {
        var needs = new LinkedHashMap<String, List<String>>();
        IntStream.range(0, MANY).forEach(i -> needs.put("a" + i, List.of()));
        needs.put("last", List.copyOf(needs.keySet()));

        assertPlannedQuickly(study(needs), "last", MANY + 1);
    }

    @Test
    void tenThousandActionsInAChainArePlannedQuickly() {
        var needs = new LinkedHashMap<String, List<String>>();
        for (int i = MANY - 1; i > 0; i--) {
            needs.put("a" + i, List.of("a" + (i - 1)));
        }
        needs.put("a0", List.of());

        assertPlannedQuickly(study(needs), "run_all", MANY);
    }

    private static void assertPlannedQuickly(Pipeline pipeline, String action, int size) {
        long start = System.nanoTime();

        Plan plan = JobPlanner.plan(request(List.of(action), false), pipeline, List.of());

        assertThat(((Plan.Run) plan).actions()).hasSize(size);
        check(((Plan.Run) plan).actions(), List.of());
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    }

    private static Pipeline randomStudy(Random random) {
        int size = 1 + random.nextInt(12);
        var needs = new LinkedHashMap<String, List<String>>();
        for (int i : shuffled(size, random)) {
            // Needs point to smaller numbers only, so there are no cycles.
            int number = i;
            needs.put(
                    "a" + i,
                    IntStream.range(0, number)
                            .filter(_ -> random.nextInt(3) == 0)
                            .mapToObj(need -> "a" + need)
                            .toList());
        }
        return study(needs);
    }

    private static List<Integer> shuffled(int size, Random random) {
        var numbers = new ArrayList<>(IntStream.range(0, size).boxed().toList());
        java.util.Collections.shuffle(numbers, random);
        return numbers;
    }

    private static List<Job> randomRuns(Pipeline pipeline, Random random) {
        var jobs = new ArrayList<Job>();
        for (ActionName action : pipeline.actions().keySet()) {
            switch (random.nextInt(5)) {
                case 0 -> jobs.add(job(action, new JobState.Waiting(new WaitReason.Created())));
                case 1 ->
                        jobs.add(
                                job(
                                        action,
                                        new JobState.Succeeded(
                                                Optional.of(NOW), NOW, new Success.Ran(0))));
                case 2 ->
                        jobs.add(
                                job(
                                        action,
                                        new JobState.Failed(
                                                Optional.of(NOW),
                                                NOW,
                                                new FailureReason.NonZeroExit(Exit.of(1)))));
                default -> {
                    // It never ran.
                }
            }
        }
        return jobs;
    }

    private static JobRequest randomRequest(Pipeline pipeline, Random random) {
        if (random.nextInt(4) == 0) {
            return request(List.of("run_all"), random.nextBoolean());
        }
        List<String> names = pipeline.actions().keySet().stream().map(ActionName::value).toList();
        var actions = new ArrayList<String>();
        IntStream.rangeClosed(0, random.nextInt(3))
                .forEach(_ -> actions.add(names.get(random.nextInt(names.size()))));
        return request(actions, random.nextBoolean());
    }

    private static Pipeline study(Map<String, List<String>> needs) {
        var actions = new LinkedHashMap<ActionName, Action>();
        needs.forEach((name, needed) ->
                actions.put(
                        new ActionName(name),
                        new Action(
                                new ActionName(name),
                                "python:v1 x",
                                new RunCommand("python", "v1", List.of("x")),
                                needed.stream().map(ActionName::new).toList(),
                                new OutputSpec(List.of()),
                                Optional.empty(),
                                Optional.empty(),
                                false)));
        return new Pipeline(4, actions, 1000);
    }

    private static JobRequest request(List<String> actions, boolean forced) {
        String[] names = actions.toArray(String[]::new);
        return forced
                ? TestRequests.forcing(NEW.value(), "w", names)
                : TestRequests.of(NEW.value(), "w", names);
    }

    private static Job job(ActionName action, JobState state) {
        var work =
                new Work(
                        new WorkspaceName("w"),
                        new CodeLocation("https://github.com/o/r", new CommitId("0".repeat(40))),
                        Optional.empty(),
                        new RunCommand("python", "v1", List.of()),
                        new OutputSpec(List.of()),
                        List.of(),
                        false,
                        "default");
        var id = JobId.of(OLD, action.value());
        var definition = new JobDefinition(id, OLD, action, NOW, Optional.of(work));
        return new Job(definition, state, NOW, 0, Optional.empty());
    }
}

package org.securebackend.runner.planning;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
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
import org.securebackend.runner.job.Work.Need;
import org.securebackend.runner.job.WorkspaceName;
import org.securebackend.runner.pipeline.Action;
import org.securebackend.runner.pipeline.ActionName;
import org.securebackend.runner.pipeline.OutputSpec;
import org.securebackend.runner.pipeline.Pipeline;
import org.securebackend.runner.pipeline.RunCommand;

class JobPlannerTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final RequestId OLD = new RequestId("old");
    private static final RequestId NEW = new RequestId("new");

    private static final Pipeline STUDY =
            pipeline("extract:", "model: extract", "report: model extract", "other:");

    private static final JobState WAITING = new JobState.Waiting(new WaitReason.Created());
    private static final JobState RUNNING = new JobState.Executing(NOW);
    private static final JobState SUCCEEDED =
            new JobState.Succeeded(Optional.of(NOW), NOW, new Success.Ran(0));
    private static final JobState FAILED =
            new JobState.Failed(Optional.of(NOW), NOW, new FailureReason.NonZeroExit(Exit.of(1)));

    @Test
    void freshWorkspaceRunsEveryNeedFirst() {
        assertThat(run(request("report"))).containsExactly("extract", "model", "report");
    }

    @Test
    void needsArePinnedToTheJobsOfThePlan() {
        var plan = (Plan.Run) JobPlanner.plan(request("report"), STUDY, List.of());

        assertThat(plan.actions().getLast().needs())
                .containsExactly(
                        new Need(new ActionName("model"), JobId.of(NEW, "model")),
                        new Need(new ActionName("extract"), JobId.of(NEW, "extract")));
    }

    @Test
    void needThatIsKeptIsPinnedToItsOldJob() {
        var plan =
                (Plan.Run)
                        JobPlanner.plan(
                                request("model"), STUDY, List.of(job("extract", SUCCEEDED)));

        assertThat(plan.actions()).hasSize(1);
        assertThat(plan.actions().getFirst().needs())
                .containsExactly(new Need(new ActionName("extract"), JobId.of(OLD, "extract")));
    }

    @Test
    void runAllRunsEveryActionInFileOrderAfterItsNeeds() {
        assertThat(run(request("run_all"))).containsExactly("extract", "model", "report", "other");
    }

    @Test
    void actionNamedRunAllIsLeftOut() {
        var study = pipeline("run_all:", "a:");

        assertThat(names(JobPlanner.plan(request("run_all"), study, List.of())))
                .containsExactly("a");
    }

    static Stream<Arguments> reruns() {
        return Stream.of(
                // existing job's state, requested by name, forced, runs again
                Arguments.of(WAITING, true, true, false),
                Arguments.of(RUNNING, true, true, false),
                Arguments.of(RUNNING, false, false, false),
                Arguments.of(SUCCEEDED, true, false, true),
                Arguments.of(SUCCEEDED, false, true, true),
                Arguments.of(SUCCEEDED, false, false, false),
                Arguments.of(FAILED, true, false, true),
                Arguments.of(FAILED, false, true, true),
                Arguments.of(FAILED, false, false, true));
    }

    @ParameterizedTest
    @MethodSource("reruns")
    void existingJobRunsAgainOnlyIfTheTableSaysSo(
            JobState existing, boolean named, boolean forced, boolean runsAgain) {
        String[] actions = named ? new String[] {"model", "extract"} : new String[] {"model"};
        JobRequest request = request(forced, actions);

        List<String> names =
                names(JobPlanner.plan(request, STUDY, List.of(job("extract", existing))));

        assertThat(names.contains("extract")).isEqualTo(runsAgain);
        assertThat(names).contains("model").doesNotHaveDuplicates();
    }

    @Test
    void keptActionHidesWhatItNeeds() {
        assertThat(run(request("report"), job("model", SUCCEEDED), job("extract", SUCCEEDED)))
                .containsExactly("report");
    }

    @Test
    void everythingAlreadyRanIsSaidSo() {
        var plan =
                JobPlanner.plan(
                        request("run_all"),
                        STUDY,
                        List.of(
                                job("extract", SUCCEEDED),
                                job("model", SUCCEEDED),
                                job("report", RUNNING),
                                job("other", SUCCEEDED)));

        assertThat(plan).isEqualTo(new Plan.NothingToDo(new Success.AlreadyRan()));
    }

    @Test
    void everythingAlreadyScheduledIsSaidSo() {
        var plan = JobPlanner.plan(request("extract"), STUDY, List.of(job("extract", WAITING)));

        assertThat(plan).isEqualTo(new Plan.NothingToDo(new Success.AlreadyScheduled()));
    }

    @Test
    void unknownActionsAreNamedWithTheKnownOnes() {
        var plan = JobPlanner.plan(request("extract", "nope", "../x"), STUDY, List.of());

        assertThat(plan)
                .isEqualTo(
                        new Plan.UnknownActions(
                                List.of("nope", "../x"),
                                List.of("extract", "model", "report", "other")));
    }

    @Test
    void jobsOfActionsThatLeftTheFileDoNotMatter() {
        assertThat(run(request("other"), job("gone", FAILED))).containsExactly("other");
    }

    @Test
    void tenThousandActionsInAChainPlanWithoutRecursion() {
        var lines = new ArrayList<String>();
        lines.add("a0:");
        for (int i = 1; i < 10_000; i++) {
            lines.add("a" + i + ": a" + (i - 1));
        }
        var study = pipeline(lines.toArray(String[]::new));

        assertThat(names(JobPlanner.plan(request("a9999"), study, List.of()))).hasSize(10_000);
    }

    @Test
    void samePlanComesOutOfTheSameRequest() {
        assertThat(JobPlanner.plan(request("report"), STUDY, List.of()))
                .isEqualTo(JobPlanner.plan(request("report"), STUDY, List.of()));
    }

    private static List<String> run(JobRequest request, Job... existing) {
        return names(JobPlanner.plan(request, STUDY, List.of(existing)));
    }

    private static List<String> names(Plan plan) {
        return ((Plan.Run) plan)
                .actions().stream().map(planned -> planned.action().name().value()).toList();
    }

    private static JobRequest request(String... actions) {
        return request(false, actions);
    }

    private static JobRequest request(boolean forced, String... actions) {
        return forced
                ? TestRequests.forcing(NEW.value(), "w", actions)
                : TestRequests.of(NEW.value(), "w", actions);
    }

    private static Job job(String action, JobState state) {
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
        var definition =
                new JobDefinition(
                        JobId.of(OLD, action), OLD, new ActionName(action), NOW, Optional.of(work));
        return new Job(definition, state, NOW, 0, Optional.empty());
    }

    /** A pipeline from lines like {@code action: need need}. */
    private static Pipeline pipeline(String... lines) {
        var actions = new LinkedHashMap<ActionName, Action>();
        for (String line : lines) {
            String[] parts = line.split(":", -1);
            var name = new ActionName(parts[0]);
            List<ActionName> needs =
                    Arrays.stream(parts[1].split(" ", -1))
                            .filter(need -> !need.isEmpty())
                            .map(ActionName::new)
                            .toList();
            actions.put(
                    name,
                    new Action(
                            name,
                            "python:v1 " + name,
                            new RunCommand("python", "v1", List.of(name.value())),
                            needs,
                            new OutputSpec(List.of()),
                            Optional.empty(),
                            Optional.empty(),
                            false));
        }
        return new Pipeline(4, actions, 1000);
    }
}

package org.securebackend.runner.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.securebackend.runner.sync.SyncBench.request;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.securebackend.runner.job.FailureReason;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobRequest;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.job.RequestId;
import org.securebackend.runner.job.Success;
import org.securebackend.runner.job.WorkspaceName;
import org.securebackend.runner.source.SourceRefusedException;

class IntakeTest {
    @TempDir private Path folder;
    private SyncBench bench;

    @BeforeEach
    void setUp() {
        bench = new SyncBench(folder);
    }

    @AfterEach
    void tearDown() {
        bench.close();
    }

    @Test
    void requestBecomesJobsInTheOrderOfItsPlan() {
        bench.intake.take(request("r", "model"));

        assertThat(bench.actions("r")).containsExactly("extract", "model");
        assertThat(bench.jobs("r")).extracting(Job::isDone).containsOnly(false);
    }

    @Test
    void knownRequestIsNotTakenTwice() {
        bench.intake.take(request("r", "alone"));

        assertThat(bench.intake.take(request("r", "model"))).isEmpty();
        assertThat(bench.actions("r")).containsExactly("alone");
    }

    @Test
    void needThatIsActiveForAnotherRequestIsWaitedForAndNotMadeAgain() {
        bench.intake.take(request("r1", "extract"));

        bench.intake.take(request("r2", "model"));

        assertThat(bench.actions("r2")).containsExactly("model");
        assertThat(bench.jobs("r2").getFirst().work().needs())
                .extracting(need -> need.producer())
                .containsExactly(bench.jobs("r1").getFirst().id());
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                Arguments.of("no action", changed("w", "default"), "JobRequestError"),
                Arguments.of(
                        "blank workspace", changed(" ", "default", "alone"), "JobRequestError"),
                Arguments.of("path", changed("../w", "default", "alone"), "JobRequestError"),
                Arguments.of("database", changed("w", "other", "alone"), "JobRequestError"),
                Arguments.of(
                        "unknown action", changed("w", "default", "nope"), "UnknownActionError"));
    }

    private static JobRequest changed(String workspace, String database, String... actions) {
        JobRequest usual = request("r", actions);
        return new JobRequest(
                usual.id(),
                usual.origin(),
                workspace,
                usual.repositoryUrl(),
                usual.branch(),
                usual.commit(),
                database,
                usual.requestedActions(),
                List.of(),
                false,
                true,
                Optional.empty(),
                usual.receivedAt(),
                "{}");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusals")
    void requestThatCannotBeRunBecomesOneErrorJob(
            String name, JobRequest request, String errorClass) {
        bench.intake.take(request);

        assertError(errorClass);
    }

    @Test
    void databasesThatThereAreAreListed() {
        bench.intake.take(changed("w", "other", "alone"));

        assertThat(error().text()).contains("default, include_t1oo");
    }

    @Test
    void refusalOfTheSourceKeepsItsErrorClass() {
        bench.source.troubleByBranch.put(
                "main", new SourceRefusedException("GithubValidationError", "not allowed", null));

        bench.intake.take(request("r", "alone"));

        assertError("GithubValidationError");
    }

    @Test
    void invalidProjectIsRefusedWithThePositionOfItsProblems() {
        bench.source.project = Optional.of("version: '4'\nactions: [");

        bench.intake.take(request("r", "alone"));

        assertError("ProjectValidationError");
        assertThat(error().text()).contains("line ");
    }

    @Test
    void missingProjectFileIsSaidSo() {
        bench.source.project = Optional.empty();

        bench.intake.take(request("r", "alone"));

        assertThat(error().text()).contains("No project.yaml");
    }

    @Test
    void errorJobIsNoRunOfAnything() {
        bench.intake.take(request("r", "nope"));

        assertThat(bench.store.latestRuns(new WorkspaceName("w"))).isEmpty();
        assertThat(bench.store.untidyJobs()).isEmpty();
    }

    @Test
    void staleCodelistsFailTheWholeRequestIfANewJobNeedsTheDatabase() {
        bench.intake.take(stale(request("r", "model", "alone")));

        assertThat(bench.actions("r")).containsExactly("__error__");
        assertThat(failure()).isInstanceOf(FailureReason.StaleCodelists.class);
    }

    @Test
    void staleCodelistsDoNotMatterToJobsWithoutTheDatabase() {
        bench.intake.take(stale(request("r", "alone")));

        assertThat(bench.actions("r")).containsExactly("alone");
    }

    private static JobRequest stale(JobRequest request) {
        return new JobRequest(
                request.id(),
                request.origin(),
                request.workspace(),
                request.repositoryUrl(),
                request.branch(),
                request.commit(),
                request.databaseName(),
                request.requestedActions(),
                List.of(),
                false,
                false,
                Optional.empty(),
                request.receivedAt(),
                "{}");
    }

    @Test
    void everythingScheduledAlreadyBecomesOneJobThatSaysSo() {
        bench.intake.take(request("r1", "alone"));

        bench.intake.take(request("r", "alone"));

        assertThat(bench.actions("r")).containsExactly("alone");
        var end = (JobState.Succeeded) bench.jobs("r").getFirst().state();
        assertThat(end.success()).isEqualTo(new Success.AlreadyScheduled());
        assertThat(end.started()).contains(end.finishedAt());
        assertThat(bench.jobs("r").getFirst().definition().work()).isEmpty();
    }

    @Test
    void everythingActiveAlreadyIsSaidOfRunAll() {
        bench.intake.take(request("r1", "run_all"));

        bench.intake.take(request("r", "run_all"));

        assertThat(bench.actions("r")).containsExactly("run_all");
        var end = (JobState.Succeeded) bench.jobs("r").getFirst().state();
        assertThat(end.success()).isEqualTo(new Success.AlreadyRan());
    }

    @Test
    void faultOfOursIsToldWithAReferenceOnly() {
        bench.intake.refuse(request("r", "alone"), new IllegalStateException("secret detail"));

        assertThat(error().text()).contains("reference").doesNotContain("secret");
    }

    private void assertError(String errorClass) {
        assertThat(bench.actions("r")).containsExactly("__error__");
        assertThat(error().errorClass()).isEqualTo(errorClass);
        assertThat(bench.store.request(new RequestId("r"))).isPresent();
    }

    private FailureReason.RequestError error() {
        return (FailureReason.RequestError) failure();
    }

    private FailureReason failure() {
        return ((JobState.Failed) bench.jobs("r").getFirst().state()).reason();
    }
}

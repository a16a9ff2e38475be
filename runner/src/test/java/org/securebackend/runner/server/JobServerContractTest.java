package org.securebackend.runner.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.securebackend.runner.job.Exit;
import org.securebackend.runner.job.FailureReason;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobRequest;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.job.RequestId;
import org.securebackend.runner.job.WaitReason;
import org.securebackend.runner.server.JobServer.FlagValue;
import org.securebackend.runner.server.JobServer.RequestReport;

/** What every job server does for a runner. */
abstract class JobServerContractTest {
    static final Instant NOW = Instant.parse("2022-08-17T05:30:00.7Z");

    /** The server, as the runner sees it. */
    abstract JobServer server();

    /** The same server, seen by a runner with a wrong token. */
    abstract JobServer serverForAStranger();

    /** Makes a request for {@code action}; later ones are newer. */
    abstract void request(String id, String action);

    /** The user gives up an action. */
    abstract void cancel(String id, String action);

    /** The jobs that the server knows of a request, as {@code action status code}. */
    abstract List<String> jobs(String id);

    /** The flags that the server knows, JSON. */
    abstract String flags();

    @Test
    void idleServerHasNoRequests() {
        assertThat(server().poll(Map.of()).requests()).isEmpty();
    }

    @Test
    void requestsComeOldestFirstOverAllPages() {
        List<String> ids = IntStream.range(0, 230).mapToObj("request%03d"::formatted).toList();
        ids.forEach(id -> request(id, "act"));
        assertThat(server().poll(Map.of()).requests())
                .extracting(request -> request.id().value())
                .isEqualTo(ids);
    }

    @Test
    void requestArrivesWhole() {
        request("whole", "run_all");
        JobRequest request = server().poll(Map.of()).requests().getFirst();
        assertThat(request.requestedActions()).containsExactly("run_all");
        assertThat(request.cancelledActions()).isEmpty();
        assertThat(request.repositoryUrl()).isEqualTo("https://github.com/opensafely/FLUCATS");
        assertThat(request.branch()).isEqualTo("main");
        assertThat(request.commit()).isEqualTo("0478b820776dfc4189a97bb903b7fd0c00db1346");
        assertThat(request.workspace()).isEqualTo("flucats");
        assertThat(request.databaseName()).isEqualTo("default");
        assertThat(request.codelistsOk()).isTrue();
        assertThat(request.forceRunDependencies()).isFalse();
        assertThat(request.requester()).isPresent();
    }

    @Test
    void requestLeavesTheListWhenAllItsJobsAreDone() {
        request("r", "a");
        report("r", waiting("r", "a"), succeeded("r", "b"));
        assertThat(server().poll(Map.of()).requests()).hasSize(1);
        report("r", succeeded("r", "a"), succeeded("r", "b"));
        assertThat(server().poll(Map.of()).requests()).isEmpty();
    }

    @Test
    void cancelledActionsArrive() {
        request("r", "a");
        report("r", waiting("r", "a"));
        cancel("r", "a");
        assertThat(server().poll(Map.of()).requests().getFirst().cancelledActions())
                .containsExactly("a");
    }

    @Test
    void reportOfSeveralRequestsKeepsEachOnesJobsTogether() {
        request("z", "a");
        request("m", "a");
        server().report(
                        List.of(
                                new RequestReport(
                                        new RequestId("z"),
                                        List.of(waiting("z", "a"), waiting("z", "b")),
                                        Map.of()),
                                new RequestReport(
                                        new RequestId("m"), List.of(failed("m", "a")), Map.of())),
                        Map.of(),
                        NOW);
        assertThat(jobs("z")).containsExactly("a pending created", "b pending created");
        assertThat(jobs("m")).containsExactly("a failed nonzero_exit");
    }

    @Test
    void jobThatIsLeftOutIsForgotten() {
        request("r", "a");
        report("r", waiting("r", "a"), waiting("r", "b"));
        report("r", waiting("r", "b"));
        assertThat(jobs("r")).containsExactly("b pending created");
    }

    @Test
    void errorJobWithoutWorkIsReported() {
        request("r", "a");
        report(
                "r",
                SampleJobs.withoutWork(
                        new JobState.Failed(
                                Optional.of(SampleJobs.CREATED),
                                SampleJobs.CREATED,
                                new FailureReason.RequestError("ProjectValidationError", "no")),
                        "r"));
        assertThat(jobs("r")).containsExactly("__error__ failed internal_error");
    }

    @Test
    void charactersThatTheServerCannotStoreDoNotStopAReport() {
        request("r", "a");
        report(
                "r",
                SampleJobs.in(
                        new JobState.Waiting(new WaitReason.Platform("nul \0 half \ud800 é 😀")),
                        "r",
                        "a"));
        assertThat(jobs("r")).containsExactly("a pending waiting_on_workers");
    }

    @Test
    void flagsTravelWithEveryCall() {
        var flag = new FlagValue(Optional.of("dü\u007f\n"), Instant.parse("2022-08-12T09:00:00Z"));
        server().poll(Map.of("páused", flag));
        assertThat(flags())
                .isEqualTo("{\"páused\":{\"v\":\"dü\u007f\\n\",\"ts\":\"2022-08-12T09:00:00Z\"}}");
    }

    @Test
    void strangerIsNotAuthorized() {
        request("r", "a");
        assertThatExceptionOfType(JobServerException.class)
                .isThrownBy(() -> serverForAStranger().poll(Map.of()))
                .satisfies(
                        e -> assertThat(e.kind()).isEqualTo(JobServerException.Kind.UNAUTHORIZED));
        assertThatExceptionOfType(JobServerException.class)
                .isThrownBy(() ->
                        serverForAStranger()
                                .report(reportOf("r", waiting("r", "a")), Map.of(), NOW));
        assertThat(jobs("r")).isEmpty();
    }

    private void report(String request, Job... jobs) {
        server().report(reportOf(request, jobs), Map.of(), NOW);
    }

    static List<RequestReport> reportOf(String request, Job... jobs) {
        return List.of(new RequestReport(new RequestId(request), List.of(jobs), Map.of()));
    }

    static Job waiting(String request, String action) {
        return SampleJobs.in(new JobState.Waiting(new WaitReason.Created()), request, action);
    }

    static Job succeeded(String request, String action) {
        return SampleJobs.in(
                new JobState.Succeeded(
                        Optional.of(SampleJobs.CREATED),
                        SampleJobs.CHANGED,
                        new org.securebackend.runner.job.Success.Ran(0)),
                request,
                action);
    }

    static Job failed(String request, String action) {
        return SampleJobs.in(
                new JobState.Failed(
                        Optional.of(SampleJobs.CREATED),
                        SampleJobs.CHANGED,
                        new FailureReason.NonZeroExit(Exit.of(1))),
                request,
                action);
    }
}

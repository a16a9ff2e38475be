package org.securebackend.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.securebackend.runner.TestBackend.BACKEND;
import static org.securebackend.runner.TestBackend.at;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.securebackend.runner.devserver.NewRequest;
import org.securebackend.runner.devserver.ReportedJob;
import org.securebackend.runner.devserver.RequestRecord;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.RequestId;

/** Operators' commands and the daemon, each a process of its own, on the real engine. */
@Tag("docker")
class OrdersEndToEndTest {
    private static final String PROJECT =
            """
            version: '4.0'
            actions:
              quick:
                run: python:v2 sh -c 'mkdir -p output; echo 1 >output/quick.csv'
                outputs:
                  moderately_sensitive:
                    table: output/quick.csv
              next:
                run: python:v2 sh -c 'cp output/quick.csv output/next.csv'
                needs: [quick]
                outputs:
                  moderately_sensitive:
                    table: output/next.csv
              stubborn:
                run: python:v2 sh -c 'trap "" TERM; echo ready; while true; do sleep 1; done'
                outputs:
                  moderately_sensitive:
                    table: output/never.csv
              after:
                run: python:v2 sh -c 'true'
                needs: [stubborn]
                outputs:
                  moderately_sensitive:
                    table: output/after.csv
            """;

    @TempDir private Path home;
    private TestBackend backend;
    private String commit;

    @BeforeEach
    void makeBackend() {
        backend = new TestBackend(home);
        commit = backend.study("study", PROJECT);
    }

    @AfterEach
    void closeBackend() {
        backend.close();
    }

    private record Answer(int exit, String output) {}

    /** Types a command; nobody can be asked. */
    private Answer type(String... words) throws InterruptedException {
        try (var command = DaemonProcess.start(backend.environment(), words)) {
            int exit = command.awaitEnd();
            return new Answer(exit, command.output());
        }
    }

    private String ask(String action) {
        return backend.submit(NewRequest.of(BACKEND, at("study", commit, "w"), action))
                .identifier();
    }

    private static JobId job(String request, String action) {
        return JobId.of(new RequestId(request), action);
    }

    private static boolean hasCode(RequestRecord request, String action, String code) {
        return request.jobs().stream()
                .anyMatch(job -> job.action().equals(action) && job.progress().code().equals(code));
    }

    private void await(String request, String action, String code) throws InterruptedException {
        backend.await(request, now -> hasCode(now, action, code));
    }

    private List<String> runningContainers() {
        var running = new ArrayList<String>();
        for (String name : Commands.containersOf(backend.instance())) {
            if (Commands.docker("inspect", "--format={{.State.Running}}", name).equals("true")) {
                running.add(name);
            }
        }
        return running;
    }

    @Test
    void killedJobIsMadeToEndAndItsDependentsFail() throws InterruptedException {
        try (var _ = backend.startProcess(Map.of()).ready()) {
            String request = ask("after");
            await(request, "stubborn", "executing");
            String id = job(request, "stubborn").value();

            assertThat(type("kill", id))
                    .satisfies(answer -> assertThat(answer.exit()).isEqualTo(2))
                    .satisfies(answer ->
                            assertThat(answer.output())
                                    .contains(id, "stubborn", "executing", "--yes"));
            assertThat(runningContainers()).hasSize(1);
            Answer killed = type("kill", id.substring(0, 6), "--yes");

            assertThat(killed.exit()).as(killed.output()).isZero();
            assertThat(killed.output()).contains("Job " + id + ": Killed by an operator");
            RequestRecord end = backend.awaitEnd(request);
            assertThat(hasCode(end, "stubborn", "killed_by_admin")).isTrue();
            assertThat(hasCode(end, "after", "dependency_failed")).isTrue();
            Commands.await(
                    "container is gone", () -> Commands.containersOf(backend.instance()).isEmpty());
            assertThat(TestBackend.files(backend.high("logs")))
                    .anyMatch(file -> file.endsWith("os-job-" + id + "/logs.txt"))
                    .anyMatch(file -> file.endsWith("os-job-" + id + "/metadata.json"));
        }
    }

    @Test
    void rebootIsPreparedWithTheDaemonRunningAndStaysSoUntilItIsUndone()
            throws InterruptedException {
        String request = ask("stubborn");
        try (var daemon = backend.startProcess(Map.of()).ready()) {
            await(request, "stubborn", "executing");
            assertThat(type("prepare-reboot", "--status").exit()).isEqualTo(1);

            Answer prepared = type("prepare-reboot", "--yes");

            assertThat(prepared.exit()).as(prepared.output()).isZero();
            assertThat(prepared.output()).contains("Safe to reboot", "1 job(s)");
            assertThat(runningContainers()).isEmpty();
            await(request, "stubborn", "waiting_on_reboot");
            daemon.awaitLine(line -> line.contains("drained"));
            daemon.terminate();
        }
        assertThat(type("jobs").output()).contains("safe to reboot", "a reboot is prepared since");
        try (var daemon = backend.startProcess(Map.of()).ready()) {
            daemon.awaitLine(line -> line.contains("Following the Docker engine's"));
            Answer status = type("prepare-reboot", "--status", "--json");
            assertThat(status.exit()).as(status.output()).isZero();
            assertThat(status.output()).contains("\"safe_to_reboot\":true");

            assertThat(type("pause", "off", "--yes").exit()).isZero();

            await(request, "stubborn", "executing");
        }
    }

    @Test
    void rebootIsPreparedWithTheDaemonStopped() throws InterruptedException {
        String request = ask("stubborn");
        try (var daemon = backend.startProcess(Map.of()).ready()) {
            await(request, "stubborn", "executing");
            daemon.terminate();
        }
        assertThat(runningContainers()).hasSize(1);
        Answer status = type("prepare-reboot", "--status");
        assertThat(status.exit()).isEqualTo(1);
        assertThat(status.output()).contains("NOT safe to reboot", "container of job");

        Answer prepared = type("prepare-reboot", "--yes");

        assertThat(prepared.exit()).as(prepared.output()).isZero();
        assertThat(prepared.output()).contains("Safe to reboot");
        assertThat(runningContainers()).isEmpty();
        try (var _ = backend.startProcess(Map.of()).ready()) {
            await(request, "stubborn", "waiting_on_reboot");
        }
    }

    @Test
    void changedFlagReachesTheServerLongBeforeTheNextPoll() throws InterruptedException {
        try (var _ = backend.startProcess(Map.of("POLL_INTERVAL", "600")).ready()) {
            Commands.await("first poll", () -> backend.server().lastSeen(BACKEND).isPresent());

            Answer answer = type("maintenance", "on", "--yes");

            assertThat(answer.exit()).as(answer.output()).isZero();
            assertThat(answer.output()).contains("The daemon has taken it up.");
            Commands.await(
                    "flags reach the server",
                    () ->
                            backend.server()
                                    .flags(BACKEND)
                                    .orElse("")
                                    .contains("\"manual-db-maintenance\":{\"v\":\"on\""));
        }
    }

    @Test
    void drainedBackendLetsJobsFinishAndStartsNoOthers() throws InterruptedException {
        try (var _ = backend.startProcess(Map.of()).ready()) {
            String request = ask("stubborn");
            await(request, "stubborn", "executing");
            String late = "late";
            assertThat(type("drain", "--deadline", "3s", "--yes").output()).contains("Draining.");
            backend.submit(NewRequest.of(BACKEND, at("study", commit, "v"), "quick").named(late));

            Answer waited = type("drain", "--deadline", "1s", "--wait", "--yes");

            assertThat(waited.exit()).as(waited.output()).isZero();
            assertThat(waited.output()).contains("Drained: no job is running.");
            await(request, "stubborn", "waiting_on_reboot");
            await(late, "quick", "paused");
            assertThat(type("drain", "--off", "--yes").exit()).isZero();
            await(late, "quick", "succeeded");
        }
    }

    @Test
    void retriedJobIsCollectedWithoutRunningAgain() throws IOException, InterruptedException {
        Path inTheWay = backend.high(".staging");
        Files.writeString(inTheWay, "not a folder");
        try (var starts = ContainerStarts.of(backend.instance());
                var _ = backend.startProcess(Map.of()).ready()) {
            String request = ask("quick");
            RequestRecord failed = backend.awaitEnd(request);
            assertThat(hasCode(failed, "quick", "internal_error")).as(failed.toString()).isTrue();
            String id = job(request, "quick").value();
            Files.delete(inTheWay);

            Answer retried = type("retry", id, "--yes");

            assertThat(retried.exit()).as(retried.output()).isZero();
            assertThat(retried.output()).contains("It failed because", "reference for support");
            Commands.await(
                    "retried",
                    () ->
                            backend.server()
                                    .request(request)
                                    .filter(now -> hasCode(now, "quick", "succeeded"))
                                    .isPresent());
            ReportedJob job = backend.awaitEnd(request).jobs().getFirst();
            assertThat(job.times().completed()).isPresent();
            assertThat(starts.names()).hasSize(1);
            assertThat(TestBackend.files(backend.medium("workspaces/w")))
                    .contains("output/quick.csv");
            Commands.await(
                    "container is gone", () -> Commands.containersOf(backend.instance()).isEmpty());
            Answer again = type("retry", id, "--yes");
            assertThat(again.exit()).isEqualTo(1);
            assertThat(again.output()).contains("it succeeded");
        }
    }
}

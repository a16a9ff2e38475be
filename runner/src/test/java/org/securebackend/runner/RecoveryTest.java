package org.securebackend.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.securebackend.runner.TestBackend.BACKEND;
import static org.securebackend.runner.TestBackend.at;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.securebackend.runner.cli.ExitCodes;
import org.securebackend.runner.devserver.NewRequest;
import org.securebackend.runner.devserver.ReportedJob;
import org.securebackend.runner.devserver.RequestRecord;
import org.securebackend.runner.health.Health;
import org.securebackend.runner.health.HealthFile;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.RequestId;
import org.securebackend.runner.source.TestRepository;

/** The daemon dies at the worst moments, and all ends as if it had not. */
@Tag("docker")
class RecoveryTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What {@code second} makes takes long enough to be caught at it. */
    private static final String PROJECT =
            """
            version: '4.0'
            actions:
              first:
                run: >
                  python:v2 sh -c 'mkdir -p output; sleep 1; i=0;
                  while [ $i -lt 150 ]; do echo a,$i >output/many$i.csv; i=$((i+1)); done;
                  head -c 40000000 /dev/zero >output/big.csv; echo a,b >output/raw.csv; echo done'
                outputs:
                  highly_sensitive:
                    raw: output/raw.csv
                    big: output/big.csv
                  moderately_sensitive:
                    many: output/many*.csv
              second:
                run: python:v2 sh -c 'cat output/raw.csv output/many7.csv >output/table.csv'
                needs: [first]
                outputs:
                  moderately_sensitive:
                    table: output/table.csv
              quick:
                run: python:v2 sh -c 'mkdir -p output; echo 1 >output/quick.csv'
                outputs:
                  moderately_sensitive:
                    table: output/quick.csv
              stubborn:
                run: python:v2 sh -c 'trap "" TERM; echo ready; while true; do sleep 1; done'
                outputs:
                  moderately_sensitive:
                    table: output/never.csv
            """;

    @TempDir private Path home;
    private TestBackend backend;
    private String commit;

    @BeforeEach
    void makeBackend() {
        backend = new TestBackend(home);
        commit = study(backend);
    }

    @AfterEach
    void closeBackend() {
        backend.close();
    }

    @Test
    void daemonKilledAtAnyMomentLosesNothingAndRunsNothingTwice()
            throws IOException, InterruptedException {
        try (var starts = ContainerStarts.of(backend.instance())) {
            DaemonProcess daemon = backend.startProcess(Map.of()).ready();
            try {
                RequestRecord calm = backend.awaitEnd(ask("calm", "second"));
                assertThat(calm.status()).as(calm.toString()).isEqualTo("succeeded");
                SortedMap<String, String> undisturbed = tree("calm");
                assertThat(undisturbed).hasSizeGreaterThan(300);

                for (Moment moment : Moment.values()) {
                    String workspace = "at-" + moment.name().toLowerCase(java.util.Locale.ROOT);
                    daemon.awaitLine(line -> line.contains("Following the Docker engine's"));
                    String request = ask(workspace, "second");
                    JobId first = JobId.of(new RequestId(request), "first");
                    await(moment, request, workspace, first);
                    daemon.kill();
                    if (moment == Moment.PROGRAM_ENDED_UNSEEN) {
                        Commands.docker("wait", "os-job-" + first);
                    }
                    daemon = backend.startProcess(Map.of()).ready();

                    RequestRecord end = backend.awaitEnd(request);
                    assertThat(end.status())
                            .as("%s: %s%n%s", moment, end, daemon.output())
                            .isEqualTo("succeeded");
                    assertThat(tree(workspace)).as(moment.toString()).isEqualTo(undisturbed);
                    requireTidy(moment.toString());
                }
                assertThat(starts.names())
                        .doesNotHaveDuplicates()
                        .hasSize(2 + 2 * Moment.values().length);
            } finally {
                daemon.close();
            }
        }
    }

    /** When the daemon is killed, always while {@code first} is the job at hand. */
    private enum Moment {
        PREPARING,
        PROGRAM_ENDED_UNSEEN,
        COLLECTING,
        PUBLISHING,
        RELEASING
    }

    private void await(Moment moment, String request, String workspace, JobId first)
            throws InterruptedException {
        switch (moment) {
            case PREPARING -> awaitFile(backend.high("volumes").resolve(first.value()));
            case PROGRAM_ENDED_UNSEEN ->
                    backend.await(request, now -> hasCode(now, "first", "executing"));
            case COLLECTING -> awaitFile(backend.high(".staging").resolve(first.value()));
            case PUBLISHING -> awaitFile(backend.high("workspaces").resolve(workspace));
            case RELEASING ->
                    awaitFile(backend.medium("workspaces").resolve(workspace).resolve("output"));
        }
    }

    private static void awaitFile(Path file) throws InterruptedException {
        Commands.await(file.toString(), () -> Files.exists(file));
    }

    @Test
    void daemonKilledWhileItStopsAJobStopsItAfterwards() throws IOException, InterruptedException {
        try (var starts = ContainerStarts.of(backend.instance())) {
            String request = ask("w", "stubborn");
            try (var daemon = backend.startProcess(Map.of())) {
                backend.await(request, now -> hasCode(now, "stubborn", "executing"));
                backend.server().cancel(request);
                daemon.awaitLine(line -> line.contains("Stopping: "));
                daemon.kill();
            }
            try (var _ = backend.startProcess(Map.of())) {
                ReportedJob job = backend.awaitEnd(request).jobs().getFirst();
                assertThat(job.progress())
                        .isEqualTo(
                                new ReportedJob.Progress(
                                        "failed", "cancelled_by_user", "Cancelled by user"));
                assertThat(job.runtime()).isPresent();
                requireTidy("stopping");
                assertThat(starts.names()).hasSize(1);
                assertThat(TestBackend.files(backend.medium("workspaces"))).isEmpty();
            }
        }
    }

    @Test
    void jobsAskedForWhileTheEngineIsAwaySurviveTheDaemon()
            throws IOException, InterruptedException {
        String request = ask("w", "quick");
        Map<String, String> away =
                Map.of("RUNNER_CONTAINERS_ENGINE", "unix://" + home.resolve("no-socket"));
        try (var daemon = backend.startProcess(away)) {
            backend.await(
                    request,
                    now ->
                            now.jobs().stream()
                                    .anyMatch(job ->
                                            job.progress().message().contains("container engine")));
            daemon.kill();
        }
        try (var _ = backend.startProcess(Map.of())) {
            assertThat(backend.awaitEnd(request).status()).isEqualTo("succeeded");
            requireTidy("waiting");
        }
    }

    @Test
    void stoppedDaemonLeavesJobsAloneAndTheNextFindsThem()
            throws IOException, InterruptedException {
        try (var starts = ContainerStarts.of(backend.instance())) {
            String request = ask("w", "stubborn");
            try (var daemon = backend.startProcess(Map.of())) {
                backend.await(request, now -> hasCode(now, "stubborn", "executing"));

                Duration took = daemon.terminate();

                assertThat(took).isLessThan(Duration.ofSeconds(2));
                assertThat(daemon.output()).contains("stopped; running programs go on");
                String name = Commands.containersOf(backend.instance()).getFirst();
                assertThat(Commands.docker("inspect", "--format={{.State.Running}}", name))
                        .isEqualTo("true");
            }
            try (var daemon = backend.startProcess(Map.of()).ready()) {
                backend.server().cancel(request);
                assertThat(backend.awaitEnd(request).jobs().getFirst().progress().code())
                        .isEqualTo("cancelled_by_user");
                requireTidy("found again");
                assertThat(starts.names()).hasSize(1);
                assertThat(daemon.output()).doesNotContain("ERROR");
            }
        }
    }

    @Test
    void daemonStopsAtOnceWhileServerAndEngineAreSilent() throws IOException, InterruptedException {
        try (var door = Gate.toLoopback(backend.server().endpoint().getPort());
                var engine = new Gate(UnixDomainSocketAddress.of("/var/run/docker.sock"))) {
            String request = ask("w", "stubborn");
            Map<String, String> gates =
                    Map.of(
                            "JOB_SERVER_ENDPOINT",
                            "http://127.0.0.1:%d%s"
                                    .formatted(door.port(), backend.server().endpoint().getPath()),
                            "RUNNER_CONTAINERS_ENGINE",
                            "tcp://127.0.0.1:" + engine.port());
            try (var daemon = backend.startProcess(gates)) {
                backend.await(request, now -> hasCode(now, "stubborn", "executing"));
                engine.pace(Gate.Pace.NEVER);
                backend.server().cancel(request);
                daemon.awaitLine(line -> line.contains("Stopping: "));
                door.pace(Gate.Pace.NEVER);

                Duration took = daemon.terminate();

                assertThat(took).isLessThan(Duration.ofSeconds(4));
                assertThat(daemon.output())
                        .contains("stopped; running programs go on")
                        .doesNotContain("abandoned");
            }
        }
        try (var _ = backend.startProcess(Map.of())) {
            assertThat(backend.awaitEnd(request(backend)).jobs().getFirst().progress().code())
                    .isEqualTo("cancelled_by_user");
            requireTidy("stopped in the middle of a stop");
        }
    }

    private static String request(TestBackend backend) {
        return backend.server().requests().getFirst().identifier();
    }

    @Test
    void daemonTellsItsHealthForAsLongAsItRuns() throws IOException, InterruptedException {
        var file = new HealthFile(backend.work());
        try (var daemon = backend.startProcess(Map.of()).ready()) {
            Health health = file.read().orElseThrow();
            assertThat(health.pid()).isEqualTo(daemon.process().pid());
            assertThat(health.verdict(Instant.now())).isEqualTo(Health.Verdict.GOOD);

            daemon.kill();
            assertThat(file.read().orElseThrow().verdict(Instant.now().plusSeconds(61)))
                    .isEqualTo(Health.Verdict.SILENT);
        }
        try (var daemon = backend.startProcess(Map.of()).ready()) {
            daemon.terminate();
            assertThat(file.read()).isEmpty();
        }
    }

    @Test
    void secondDaemonOnOneWorkDirectoryRefusesToStart() throws InterruptedException {
        try (var first = backend.startProcess(Map.of()).ready();
                var second = backend.startProcess(Map.of())) {
            assertThat(second.awaitEnd()).isEqualTo(ExitCodes.NO);
            assertThat(second.output())
                    .contains("another daemon (process %d)".formatted(first.process().pid()))
                    .contains(backend.work().toString())
                    .doesNotContain("\tat ");
            assertThat(first.process().isAlive()).isTrue();
        }
        // The lock of a killed daemon holds nobody up.
        try (var again = backend.startProcess(Map.of())) {
            again.ready();
        }
    }

    private static String study(TestBackend backend) {
        TestRepository study = backend.study("study");
        for (int i = 0; i < 120; i++) {
            study.write("code/part%d.txt".formatted(i), "some code\n".repeat(100));
        }
        String commit = study.write("project.yaml", PROJECT).commit();
        study.push("main");
        return commit;
    }

    private String ask(String workspace, String action) {
        return backend.submit(NewRequest.of(BACKEND, at("study", commit, workspace), action))
                .identifier();
    }

    private static boolean hasCode(RequestRecord request, String action, String code) {
        return request.jobs().stream()
                .anyMatch(job -> job.action().equals(action) && job.progress().code().equals(code));
    }

    /** No containers, workspaces or staged files are left. */
    private void requireTidy(String when) throws InterruptedException {
        Commands.await(
                when + ": containers are gone",
                () -> Commands.containersOf(backend.instance()).isEmpty());
        Commands.await(when + ": workspaces are gone", () -> isEmpty(backend.high("volumes")));
        Commands.await(
                when + ": nothing is staged",
                () -> TestBackend.files(backend.high(".staging")).isEmpty());
        Commands.await(
                when + ": nothing is staged for level 4",
                () -> TestBackend.files(backend.medium(".staging")).isEmpty());
    }

    private static boolean isEmpty(Path folder) {
        try (var files = Files.list(folder)) {
            return files.findAny().isEmpty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Both storages' files with their content, but for what differs from run to run. */
    private SortedMap<String, String> tree(String workspace) throws IOException {
        var tree = new TreeMap<String, String>();
        for (String level : List.of("high", "medium")) {
            Path folder = home.resolve(level).resolve("workspaces").resolve(workspace);
            for (String file : TestBackend.files(folder)) {
                tree.put(level + "/" + file, content(folder.resolve(file)).orElse("log"));
            }
        }
        return tree;
    }

    private static Optional<String> content(Path file) throws IOException {
        if (file.endsWith("metadata/manifest.json")) {
            var manifest = (ObjectNode) JSON.readTree(file.toFile());
            manifest.remove("workspace");
            for (JsonNode entry : manifest.path("outputs")) {
                ((ObjectNode) entry).remove(List.of("job_id", "job_request", "timestamp"));
            }
            return Optional.of(manifest.toString());
        }
        if (file.toString().endsWith(".log")) {
            return Optional.empty();
        }
        return Optional.of(
                Files.size(file) > 1_000_000
                        ? Files.size(file) + " bytes"
                        : Files.readString(file));
    }
}

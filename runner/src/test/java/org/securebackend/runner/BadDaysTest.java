package org.securebackend.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.securebackend.runner.TestBackend.BACKEND;
import static org.securebackend.runner.TestBackend.at;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.securebackend.runner.devserver.NewRequest;
import org.securebackend.runner.devserver.ReportedJob;
import org.securebackend.runner.devserver.RequestRecord;

/** The world breaks around the daemon; the daemon waits, says why, and goes on. */
@Tag("docker")
class BadDaysTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir private Path home;

    @Test
    void jobsGoOnWhileTheServerIsAwayAndAllIsReportedLater() throws InterruptedException {
        try (var backend = new TestBackend(home);
                var door = new FaultyDoor(backend.server().endpoint());
                var starts = ContainerStarts.of(backend.instance())) {
            String commit =
                    backend.study(
                            "study",
                            actions(
                                    action("one", "sleep 1; echo 1 >output/one.csv", "one.csv"),
                                    action("two", "echo 2 >output/two.csv", "two.csv")
                                            + "    needs: [one]\n"));
            backend.startWith(Map.of("JOB_SERVER_ENDPOINT", door.endpoint()));
            String id = ask(backend, at("study", commit, "w"), "two");
            backend.await(id, request -> hasCode(request, "one", "executing"));

            door.shut();
            // Both end while nobody can be told of it.
            Commands.await(
                    "the second job is done",
                    () -> Files.exists(backend.medium("workspaces/w/output/two.csv")));
            assertThat(backend.server().request(id).orElseThrow().isFinished()).isFalse();
            door.reopen();

            RequestRecord end = backend.awaitEnd(id);
            assertThat(end.status()).isEqualTo("succeeded");
            assertThat(end.jobs()).hasSize(2);
            assertThat(starts.names()).hasSize(2).doesNotHaveDuplicates();
            requireNothingTwice(door);
        }
    }

    @Test
    void serverThatAnswersWithErrorsAndPagesDelaysOnlyReports() throws InterruptedException {
        try (var backend = new TestBackend(home);
                var door = new FaultyDoor(backend.server().endpoint());
                var starts = ContainerStarts.of(backend.instance())) {
            String commit =
                    backend.study(
                            "study",
                            actions(action("one", "sleep 1; echo 1 >output/one.csv", "one.csv")));
            try (var daemon =
                    backend.startProcess(Map.of("JOB_SERVER_ENDPOINT", door.endpoint()))) {
                String id = ask(backend, at("study", commit, "w"), "one");
                backend.await(id, request -> hasCode(request, "one", "executing"));

                door.answer(new FaultyDoor.Fault(500, "text/html", "<h1>secret trace</h1>"));
                Commands.await("calls fail", () -> door.refused() >= 2);
                daemon.awaitLine(line -> line.contains("answered 500"));
                door.answer(new FaultyDoor.Fault(200, "text/html", "<html>Welcome to Wi-Fi"));
                Commands.await("calls fail", () -> door.refused() >= 2);
                daemon.awaitLine(line -> line.contains("not a JSON object"));
                Commands.await(
                        "the job is done",
                        () -> Files.exists(backend.medium("workspaces/w/output/one.csv")));
                door.answer(FaultyDoor.Fault.NONE);

                assertThat(backend.awaitEnd(id).status()).isEqualTo("succeeded");
                assertThat(starts.names()).hasSize(1);
                assertThat(daemon.output()).doesNotContain("secret trace", "Welcome to");
                requireNothingTwice(door);
            }
        }
    }

    @Test
    void jobsOutliveTheEngineAndWaitingOnesSaySo() throws InterruptedException {
        assumeTrue(OwnEngine.hindrance().isEmpty(), OwnEngine::hindrance);
        try (var engine = OwnEngine.start();
                var backend = new TestBackend(home)) {
            String commit =
                    backend.study(
                            "study",
                            actions(
                                    action("long", "sleep 4; echo 1 >output/long.csv", "long.csv"),
                                    action("late", "echo 2 >output/late.csv", "late.csv")));
            backend.startWith(Map.of("RUNNER_CONTAINERS_ENGINE", engine.address()));
            String running = ask(backend, at("study", commit, "w"), "long");
            backend.await(running, request -> hasCode(request, "long", "executing"));

            engine.stop();
            String waiting = ask(backend, at("study", commit, "v"), "late");
            RequestRecord seen =
                    backend.await(
                            waiting,
                            request ->
                                    request.jobs().stream()
                                            .anyMatch(job ->
                                                    job.progress()
                                                            .message()
                                                            .contains("container engine")));
            assertThat(seen.jobs().getFirst().progress().status()).isIn("pending", "running");
            engine.startAgain();

            assertThat(backend.awaitEnd(waiting).status()).isEqualTo("succeeded");
            RequestRecord end = backend.awaitEnd(running);
            assertThat(end.status()).as(end.toString()).isEqualTo("succeeded");
            assertThat(backend.medium("workspaces/w/output/long.csv")).hasContent("1");
            Commands.await(
                    "containers are gone", () -> engine.docker("ps", "--all", "--quiet").isEmpty());
        }
    }

    @Test
    void fullDiskDelaysOnlyWhatNeedsSpaceAndPasses() throws IOException, InterruptedException {
        Path high = home.resolve("small");
        assumeTrue(SmallDisk.canBeMountedAt(high), "this host lets nobody mount a file system");
        try (var disk = SmallDisk.at(high, 40);
                var backend = new TestBackend(home)) {
            Path volumes = Files.createDirectory(home.resolve("volumes"));
            String commit =
                    backend.study(
                            "study",
                            actions(
                                    action(
                                            "big",
                                            "dd if=/dev/zero of=output/big.csv bs=1M count=20",
                                            "big.csv",
                                            "highly_sensitive"),
                                    action("small", "echo 1 >output/small.csv", "small.csv")));
            try (var daemon =
                    backend.startProcess(
                            Map.of(
                                    "HIGH_PRIVACY_STORAGE_BASE", high.toString(),
                                    "HIGH_PRIVACY_VOLUME_DIR", volumes.toString(),
                                    "RUNNER_STORAGE_RESERVED_SPACE", "1m"))) {
                daemon.ready();
                Path filler = disk.fillUpTo(10L << 20);
                String big = ask(backend, at("study", commit, "w"), "big");
                daemon.awaitLine(line -> line.contains("out of disk space"));
                String small = ask(backend, at("study", commit, "v"), "small");

                assertThat(backend.awaitEnd(small).status()).isEqualTo("succeeded");
                RequestRecord held = backend.server().request(big).orElseThrow();
                assertThat(held.isFinished()).as(held.toString()).isFalse();
                assertThat(high.resolve("workspaces/w/output/big.csv")).doesNotExist();
                Files.delete(filler);

                RequestRecord end = backend.awaitEnd(big);
                assertThat(end.status()).as(end.toString()).isEqualTo("succeeded");
                assertThat(high.resolve("workspaces/w/output/big.csv")).hasSize(20L << 20);
            }
        }
    }

    @Test
    void fullDiskUnderWorkspacesDelaysTheStartAndSaysSo() throws IOException, InterruptedException {
        Path volumes = home.resolve("volumes");
        assumeTrue(SmallDisk.canBeMountedAt(volumes), "this host lets nobody mount a file system");
        try (var disk = SmallDisk.at(volumes, 8);
                var backend = new TestBackend(home)) {
            var study = backend.study("study");
            study.write("data.txt", "0123456789abcdef".repeat(1 << 16));
            String commit =
                    study.write(
                                    "project.yaml",
                                    actions(action("a", "echo 1 >output/a.csv", "a.csv")))
                            .commit();
            study.push("main");
            backend.startWith(
                    Map.of(
                            "HIGH_PRIVACY_VOLUME_DIR",
                            volumes.toString(),
                            "RUNNER_STORAGE_RESERVED_SPACE",
                            "1k"));
            Path filler = disk.fillUpTo(256 << 10);

            String id = ask(backend, at("study", commit, "w"), "a");
            RequestRecord held =
                    backend.await(
                            id,
                            request ->
                                    request.jobs().stream()
                                            .anyMatch(job ->
                                                    job.progress()
                                                            .message()
                                                            .contains("out of disk space")));
            assertThat(held.status()).isEqualTo("pending");
            Files.delete(filler);

            assertThat(backend.awaitEnd(id).status()).isEqualTo("succeeded");
        }
    }

    @Test
    void hostileWorkspaceReleasesNothingAndItsLogSaysSo() throws IOException, InterruptedException {
        try (var backend = new TestBackend(home)) {
            Path secret = backend.high("workspaces/other/output/secret.csv");
            Files.createDirectories(secret.getParent());
            Files.writeString(secret, "top,secret\n1,2\n");
            String script =
                    String.join(
                            "; ",
                            "ln -s /etc/passwd output/passwd.csv",
                            "ln -s " + secret + " output/other.csv",
                            "ln -s ../../../workspaces/other/output output/folder",
                            "mkfifo output/pipe.csv",
                            "echo a,b >output/hard.csv",
                            "ln output/hard.csv output/harder.csv",
                            "ln -s output/hard.csv output/chain.csv",
                            "mkdir output/deep.csv",
                            "mkdir -p metadata && echo x >metadata/manifest.json",
                            "echo fine >output/fine.csv");
            String commit =
                    backend.study(
                            "study",
                            """
                            version: '4.0'
                            actions:
                              hostile:
                                run: python:v2 sh -c 'mkdir output; %s'
                                outputs:
                                  moderately_sensitive:
                                    all: output/*.csv
                                    below: output/folder/*.csv
                                    reserved: '*/manifest.json'
                            """
                                    .formatted(script));
            backend.startWith(Map.of());

            RequestRecord end = backend.awaitEnd(ask(backend, at("study", commit, "w"), "hostile"));

            // Two of its patterns match nothing that may be an output: it failed.
            ReportedJob job = end.jobs().getFirst();
            assertThat(job.progress().code()).isEqualTo("unmatched_patterns");
            assertThat(TestBackend.files(backend.medium("workspaces/w")))
                    .containsExactly("metadata/hostile.log");
            assertThat(TestBackend.files(backend.high("workspaces/w")))
                    .containsExactly("metadata/hostile.log");
            String log = Files.readString(backend.high("workspaces/w/metadata/hostile.log"));
            for (String name : List.of("passwd", "other", "pipe", "hard", "harder", "chain")) {
                assertThat(log).contains("output/" + name + ".csv");
            }
            assertThat(log)
                    .contains("a symbolic link")
                    .contains("not a regular file")
                    .contains("hard links")
                    .doesNotContain("top,secret")
                    .doesNotContain("root:");
            Commands.await(
                    "its workspace is gone",
                    () -> TestBackend.files(backend.high("volumes")).isEmpty());
            assertThat(TestBackend.files(backend.high("")))
                    .map(backend::high)
                    .filteredOn(file -> !file.equals(secret))
                    .filteredOn(file -> holds(file, "top,secret", "root:x"))
                    .isEmpty();
            assertThat(secret).hasContent("top,secret\n1,2\n");
        }
    }

    @Test
    void cancellationIsAtOnceWhileAnotherJobsLargeOutputIsCollected() throws InterruptedException {
        try (var backend = new TestBackend(home)) {
            String commit =
                    backend.study(
                            "study",
                            actions(
                                    action(
                                            "large",
                                            // All of it is read, though hardly any of it is stored.
                                            "truncate -s 8G output/large.csv",
                                            "large.csv",
                                            "highly_sensitive"),
                                    action("idle", "sleep 600", "idle.csv")));
            backend.startWith(Map.of());
            String idle = ask(backend, at("study", commit, "v"), "idle");
            backend.await(idle, request -> hasCode(request, "idle", "executing"));
            String large = ask(backend, at("study", commit, "w"), "large");
            backend.await(large, request -> hasCode(request, "large", "finalizing"));

            long start = System.nanoTime();
            backend.server().cancel(idle);
            RequestRecord end = backend.awaitEnd(idle);
            Duration took = Duration.ofNanos(System.nanoTime() - start);

            assertThat(backend.server().request(large).orElseThrow().isFinished())
                    .as("the large output is still being collected")
                    .isFalse();
            assertThat(end.jobs().getFirst().progress().code()).isEqualTo("cancelled_by_user");
            // The program does not hear of the polite signal, so it is given two seconds.
            assertThat(took).isLessThan(Duration.ofSeconds(8));
            RequestRecord collected = backend.awaitEnd(large);
            assertThat(collected.status()).isEqualTo("succeeded");
            assertThat(backend.high("workspaces/w/output/large.csv")).hasSize(8L << 30);
        }
    }

    private static boolean holds(Path file, String... texts) {
        try {
            String content =
                    new String(
                            Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1);
            return List.of(texts).stream().anyMatch(content::contains);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** A job that was reported as completed is never reported as anything else. */
    private static void requireNothingTwice(FaultyDoor door) {
        var ends = new HashMap<String, String>();
        for (String report : door.reports()) {
            for (JsonNode job : json(report)) {
                String end = job.path("status").asText() + " " + job.path("completed_at").asText();
                String before = ends.get(job.path("identifier").asText());
                if (before != null) {
                    assertThat(end).isEqualTo(before);
                } else if (!job.path("completed_at").isNull()) {
                    ends.put(job.path("identifier").asText(), end);
                }
            }
        }
        assertThat(ends).isNotEmpty();
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String ask(TestBackend backend, NewRequest.Study study, String... actions) {
        return backend.submit(NewRequest.of(BACKEND, study, actions)).identifier();
    }

    private static boolean hasCode(RequestRecord request, String action, String code) {
        return request.jobs().stream()
                .anyMatch(job -> job.action().equals(action) && job.progress().code().equals(code));
    }

    private static String actions(String... actions) {
        return "version: '4.0'\nactions:\n" + String.join("", actions);
    }

    private static String action(String name, String script, String output) {
        return action(name, script, output, "moderately_sensitive");
    }

    private static String action(String name, String script, String output, String level) {
        return """
          %s:
            run: python:v2 sh -c 'mkdir -p output; %s'
            outputs:
              %s:
                out: output/%s
        """
                .formatted(name, script, level, output);
    }
}

package org.securebackend.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.securebackend.runner.TestBackend.BACKEND;
import static org.securebackend.runner.TestBackend.at;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.securebackend.runner.cli.Screen;
import org.securebackend.runner.devserver.NewRequest;
import org.securebackend.runner.docker.DockerSettings;
import org.securebackend.runner.docker.StandInImages;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.job.Success;
import org.securebackend.runner.store.SqliteJobStore;
import org.securebackend.runner.store.v2.V2DatabaseFile;

/** A backend of version 2 is moved over, by the very commands of the page that tells how. */
@Tag("docker")
@Timeout(120)
class MigrationTest {
    private static final String REQUEST = "pzztw7wladpqkpqb";
    private static final Pattern BLOCK = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL);
    private static final String V2_FILE = "/home/opensafely/jobrunner/workdir/db.sqlite";
    private static final String PROJECT =
            """
            version: '4.0'
            actions:
              make:
                run: python:v2 sh -c 'echo never'
                outputs: {highly_sensitive: {raw: output/raw.csv}}
              use:
                run: python:v2 sh -c 'cat output/raw.csv >output/copy.txt'
                needs: [make]
                outputs: {moderately_sensitive: {copy: output/copy.txt}}
            """;

    @TempDir private Path home;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    static List<String> commandsOfThePage() throws IOException {
        return BLOCK.matcher(Files.readString(Path.of("..", "docs", "migration.md")))
                .results()
                .flatMap(block -> block.group(1).lines())
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
    }

    private Path config(TestBackend backend) throws IOException {
        return Files.writeString(
                home.resolve("config.yaml"),
                """
                backend: {name: %1$s, dummy_data: true, work_directory: %2$s/work}
                job_server: {endpoint: "%3$s", token: %4$s}
                storage: {high: %2$s/high, medium: %2$s/medium, reserved_space: 1k}
                containers: {engine: "%5$s", instance: %6$s, registry: %7$s}
                jobs: {workers: 1, cpus: 1, memory: 64m}
                doctor: {outside: "192.0.2.2:443"}
                source: {rewrite: {"https://github.com/": "file://%2$s/git/"}}
                """
                        .formatted(
                                BACKEND,
                                home,
                                backend.server().endpoint(),
                                TestBackend.TOKEN,
                                DockerSettings.DEFAULT_ENGINE,
                                backend.instance(),
                                StandInImages.PREFIX));
    }

    private V2DatabaseFile.Row row(V2DatabaseFile v2, String action, String commit) {
        return v2.job(REQUEST, action, V2DatabaseFile.START)
                .with("workspace", "w")
                .with("repo_url", "https://github.com/opensafely/study")
                .with("commit", commit);
    }

    /** What version 2 left: an action that ran, and one that waits for a slot. */
    private void past(String commit) throws IOException {
        Files.createDirectories(home.resolve("v2"));
        try (var v2 = V2DatabaseFile.create(home.resolve("v2/db.sqlite"), 3)) {
            v2.original(
                    REQUEST,
                    "{\"identifier\": \"%s\", \"sha\": \"%s\"}".formatted(REQUEST, commit));
            row(v2, "make", commit)
                    .with("run_command", "python:v2 sh -c 'echo never'")
                    .with("output_spec", "{\"highly_sensitive\": {\"raw\": \"output/raw.csv\"}}")
                    .succeeded()
                    .with("outputs", "{\"output/raw.csv\": \"highly_sensitive\"}")
                    .save();
            row(v2, "use", commit)
                    .with("run_command", "python:v2 sh -c 'cat output/raw.csv >output/copy.txt'")
                    .with("output_spec", "{\"moderately_sensitive\": {\"c\": \"output/copy.txt\"}}")
                    .waitsFor(REQUEST, "make")
                    .save();
        }
        write("high/workspaces/w/output/raw.csv", "from version 2\n");
        write("high/logs/2025-01/os-job-" + id("make") + "/logs.txt", "log of version 2\n");
        Files.createDirectories(home.resolve("high/volumes"));
        try (var folders = Files.walk(home)) {
            for (Path folder : folders.filter(Files::isDirectory).toList()) {
                if (!folder.startsWith(home.resolve("git"))) {
                    Files.setPosixFilePermissions(
                            folder, PosixFilePermissions.fromString("rwxr-x---"));
                }
            }
        }
    }

    private void write(String path, String content) throws IOException {
        Path file = home.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private static String id(String action) {
        return V2DatabaseFile.idOf(REQUEST, action);
    }

    private String run(Path config, String line) {
        String[] words =
                line.replace(V2_FILE, home.resolve("v2/db.sqlite").toString())
                        .replace("config/tpp.yaml", config.toString())
                        .replace("6nhad5m5", id("make").substring(0, 8))
                        .split(" ");
        assertThat(words[0]).as(line).isEqualTo("runner");
        var out = new StringWriter();
        var err = new StringWriter();
        int code =
                Main.commandLine(new WiredProduct(), new Screen(new Screen.Kind.Other(), bytes))
                        .setOut(new PrintWriter(out, true))
                        .setErr(new PrintWriter(err, true))
                        .execute(List.of(words).subList(1, words.length).toArray(String[]::new));
        assertThat(code).as("%s: %s %s", line, out, err).isZero();
        return out.toString();
    }

    @Test
    void backendIsMovedOverAsThePageSaysAndGoesOn() throws Exception {
        try (var backend = new TestBackend(home)) {
            String commit = backend.study("study", PROJECT);
            backend.submit(NewRequest.of(BACKEND, at("study", commit, "w"), "use").named(REQUEST));
            past(commit);
            byte[] before = Files.readAllBytes(home.resolve("v2/db.sqlite"));
            Path config = config(backend);

            List<String> lines = commandsOfThePage();
            assertThat(lines).hasSizeGreaterThanOrEqualTo(8);
            var said = new StringBuilder();
            lines.forEach(
                    line -> said.append("$ ").append(line).append('\n').append(run(config, line)));

            assertThat(said)
                    .contains("Would be taken over:", "1 succeeded, 1 waiting")
                    .contains("\"news\":false");
            assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo("log of version 2\n");
            assertThat(home.resolve("v2/db.sqlite")).hasBinaryContent(before);

            backend.start();
            var end = backend.awaitEnd(REQUEST);
            assertThat(end.status()).as(end.toString()).isEqualTo("succeeded");
            assertThat(end.jobs()).hasSize(2);
            assertThat(backend.medium("workspaces/w/output/copy.txt")).hasContent("from version 2");
            backend.stop();
            try (var store = SqliteJobStore.openExisting(backend.work())) {
                var made = store.job(new JobId(id("make"))).orElseThrow();
                assertThat(made.version()).isZero();
                assertThat(((JobState.Succeeded) made.state()).success())
                        .isInstanceOf(Success.Recorded.class);
            }
        }
    }

    @Test
    void importIsRefusedWhileAContainerOfVersionTwoRuns() throws Exception {
        try (var backend = new TestBackend(home)) {
            String commit = backend.study("study", PROJECT);
            past(commit);
            Path config = config(backend);
            String container = "os-job-" + id("use");
            Commands.docker(
                    "run",
                    "--detach",
                    "--network",
                    "none",
                    "--name",
                    container,
                    "--label",
                    "job-runner",
                    "--label",
                    "jobrunner-local",
                    StandInImages.python().value(),
                    "sleep",
                    "600");
            var err = new StringWriter();
            try {
                int code =
                        Main.commandLine(
                                        new WiredProduct(),
                                        new Screen(new Screen.Kind.Other(), bytes))
                                .setErr(new PrintWriter(err, true))
                                .execute(
                                        "import",
                                        home.resolve("v2/db.sqlite").toString(),
                                        "--config",
                                        config.toString());
                assertThat(code).isEqualTo(1);
            } finally {
                Commands.docker("rm", "--force", container);
            }
            assertThat(err.toString())
                    .contains(container + " is running", "Stop version 2 first")
                    .doesNotContain("\tat ");
            assertThat(backend.work().resolve("runner.sqlite")).doesNotExist();
        }
    }
}

package org.securebackend.runner;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.securebackend.runner.cli.Screen;
import org.securebackend.runner.job.FailureReason;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobDefinition;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.JobRequest;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.job.RequestId;
import org.securebackend.runner.pipeline.ActionName;
import org.securebackend.runner.store.SqliteJobStore;
import org.securebackend.runner.store.WorkdirLock;

/** The commands as an operator types them, on a real store. */
class CommandsTest {
    private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");
    private static final String EVIL = "\u001b[2Jgone \u202e and a very long tale".repeat(5);

    @TempDir private Path folder;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path config = Path.of("");

    @BeforeEach
    void writeConfig() throws IOException {
        config =
                Files.writeString(
                        folder.resolve("config.yaml"),
                        """
                        backend: {name: demo, dummy_data: true, work_directory: %1$s/work}
                        storage: {high: %1$s/high, medium: %1$s/medium}
                        containers: {engine: "unix://%1$s/no-engine.sock"}
                        """
                                .formatted(folder));
    }

    private int run(Screen.Kind kind, String... arguments) {
        var all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--config", config.toString()));
        return Main.commandLine(new WiredProduct(), new Screen(kind, bytes))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(all.toArray(String[]::new));
    }

    private int run(String... arguments) {
        return run(new Screen.Kind.Other(), arguments);
    }

    private int onTerminal(String... arguments) {
        return run(new Screen.Kind.Terminal(100), arguments);
    }

    private Job failed(String action) {
        var request = new RequestId("r1");
        return Job.over(
                new JobDefinition(
                        JobId.of(request, action),
                        request,
                        new ActionName(action),
                        START,
                        Optional.empty()),
                new JobState.Failed(
                        Optional.empty(),
                        START,
                        new FailureReason.RequestError("ProjectValidationError", EVIL)));
    }

    private void save(Job... jobs) {
        var request =
                new JobRequest(
                        new RequestId("r1"),
                        JobRequest.Origin.LOCAL,
                        "w",
                        "https://example.org/study",
                        "main",
                        "",
                        "default",
                        List.of("run_all"),
                        List.of(),
                        false,
                        true,
                        Optional.empty(),
                        START,
                        "{}");
        try (var store = SqliteJobStore.createOrMigrate(folder.resolve("work"))) {
            assertThat(store.add(request, List.of(jobs))).isTrue();
        }
    }

    @Test
    void migrateMakesADatabaseAndIsSafeToRepeat() {
        assertThat(run("migrate")).isZero();
        assertThat(run("migrate")).isZero();
        assertThat(run("jobs")).isZero();

        assertThat(out.toString().lines())
                .satisfiesExactly(
                        line -> assertThat(line).contains("runner.sqlite: made, schema"),
                        line -> assertThat(line).contains("already, nothing to do"),
                        line -> assertThat(line).isEqualTo("No jobs yet."));
    }

    @Test
    void migrateLeavesADatabaseAloneThatADaemonUses() throws IOException {
        Path work = Files.createDirectories(folder.resolve("work"));
        try (var lock = WorkdirLock.take(work, 77)) {
            assertThat(lock).isNotNull();
            assertThat(run("migrate")).isEqualTo(1);
        }

        assertThat(err.toString()).contains("another daemon");
        assertThat(work.resolve("runner.sqlite")).doesNotExist();
    }

    @Test
    void jobsFitTheTerminalAndControlNothing() {
        Job job = failed("make_a_table_with_a_name_that_is_longer_than_any_screen_is_wide");
        save(job, failed("b"));

        assertThat(onTerminal("jobs")).isZero();

        assertThat(out.toString().lines())
                .hasSize(3)
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(100));
        assertThat(run(new Screen.Kind.Terminal(130), "jobs")).isZero();
        assertThat(out.toString())
                .contains(job.id().value().substring(0, 8), "failed", "\\u001b[2J", "…")
                .doesNotContain("\u001b", "\u202e", job.id().value());
    }

    @Test
    void jobsAreInFullWhereNoTerminalIs() throws IOException {
        Job job = failed("a");
        save(job);

        assertThat(run("jobs")).isZero();
        assertThat(out.toString())
                .contains(job.id().value(), "internal_error", "tale")
                .doesNotContain("…");

        out.getBuffer().setLength(0);
        assertThat(onTerminal("jobs", "--json")).isZero();
        assertThat(out.toString()).doesNotContain("\u001b", "\u202e");
        var json = new ObjectMapper().readTree(out.toString());
        assertThat(json.get("id").asText()).isEqualTo(job.id().value());
        assertThat(json.get("status_message").asText()).endsWith(EVIL);
    }

    @Test
    void jobIsFoundByTheStartOfItsId() {
        Job job = failed("a");
        save(job);

        assertThat(run("job", job.id().value().substring(0, 4))).isZero();

        assertThat(out.toString())
                .contains("Job:             " + job.id(), "Request:         r1")
                .doesNotContain("\u001b");
    }

    @Test
    void unknownAndAmbiguousIdsEndWithOne() {
        save(failed("a"), failed("b"));

        assertThat(run("job", "nosuchjob")).isEqualTo(1);
        assertThat(err.toString()).contains("no job has an id that starts with nosuchjob");
        assertThat(run("logs", "")).isEqualTo(1);
        assertThat(err.toString())
                .contains("several jobs", failed("a").id().value(), failed("b").id().value());
    }

    @Test
    void logOfAnyMonthIsFoundAndMadeSafeForATerminalOnly() throws IOException {
        Job job = failed("a");
        save(job, failed("b"));
        Path log = folder.resolve("high/logs/2023-04/os-job-" + job.id() + "/logs.txt");
        Files.createDirectories(log.getParent());
        Files.createDirectories(folder.resolve("high/logs/2026-01/os-job-other"));
        byte[] content = "a\u001b[31m\rb\u0000\n".getBytes(StandardCharsets.UTF_8);
        Files.write(log, content);

        assertThat(run("logs", job.id().value())).isZero();
        assertThat(bytes.toByteArray()).isEqualTo(content);

        bytes.reset();
        assertThat(onTerminal("logs", job.id().value())).isZero();
        assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo("a\\u001b[31m\nb\\u0000\n");

        assertThat(run("logs", failed("b").id().value())).isEqualTo(1);
        assertThat(err.toString()).contains("has no log");
    }

    @Test
    void logOfARunningJobNeedsTheEngine() {
        Job job =
                Job.waiting(
                        new JobDefinition(
                                JobId.of(new RequestId("r1"), "a"),
                                new RequestId("r1"),
                                new ActionName("a"),
                                START,
                                Optional.empty()));
        save(job);

        assertThat(run("logs", job.id().value())).isEqualTo(3);
        assertThat(err.toString()).isNotBlank().doesNotContain("\tat ");
    }

    @Test
    void missingDatabaseSaysWhatToStart() {
        for (String command : List.of("jobs", "job x", "logs x")) {
            assertThat(run(command.split(" "))).isEqualTo(3);
        }
        assertThat(err.toString()).contains("runner serve", folder.resolve("work").toString());
        assertThat(folder.resolve("work")).doesNotExist();
    }

    @Test
    void damagedDatabaseIsNotReachable() throws IOException {
        Files.createDirectories(folder.resolve("work"));
        Files.writeString(folder.resolve("work/runner.sqlite"), "no database at all ".repeat(100));

        assertThat(run("jobs")).isEqualTo(3);
        assertThat(err.toString()).doesNotContain("\tat ");
    }

    @Test
    void serveWithoutATokenSaysWhatToSetAndLeavesNothing() {
        assertThat(run("serve")).isEqualTo(2);

        assertThat(err.toString())
                .contains("JOB_SERVER_TOKEN", "JOB_SERVER_TOKEN_FILE", "job_server.token_file");
        assertThat(folder.resolve("high")).doesNotExist();
    }

    @Test
    void serveInATakenWorkDirectoryIsRefused() throws IOException {
        Files.writeString(config, "job_server: {token: 0123456789}\n", StandardOpenOption.APPEND);
        Files.createDirectories(folder.resolve("work"));
        try (var _ = WorkdirLock.take(folder.resolve("work"), 4711)) {
            assertThat(run("serve")).isEqualTo(1);
        }
        assertThat(err.toString()).contains("another daemon", folder.resolve("work").toString());
    }

    @Test
    void localRepositoryIsRefusedUnlessItIsAllowed() throws IOException {
        assertThat(run("add-job", folder.toString(), "run_all")).isEqualTo(1);
        assertThat(err.toString()).isNotBlank().doesNotContain("\tat ");
    }

    @ParameterizedTest
    @CsvSource({
        "''",
        "nothing",
        "jobs --no-such-option",
        "jobs --last many",
        "jobs --last -1",
        "job",
        "add-job repo",
        "config",
        "config check --config /no/such/file"
    })
    void wrongUsageEndsWithTwo(String line) {
        String[] arguments = line.isEmpty() ? new String[0] : line.split(" ");

        int code =
                Main.commandLine(new WiredProduct(), new Screen(new Screen.Kind.Other(), bytes))
                        .setOut(new PrintWriter(out, true))
                        .setErr(new PrintWriter(err, true))
                        .execute(arguments);

        assertThat(code).isEqualTo(2);
        assertThat(err.toString()).isNotBlank().doesNotContain("\tat ");
    }
}

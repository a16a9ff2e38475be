package org.securebackend.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.securebackend.runner.TestBackend.BACKEND;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.securebackend.runner.devserver.NewRequest;
import org.securebackend.runner.devserver.ReportedJob;
import org.securebackend.runner.devserver.RequestRecord;
import org.securebackend.runner.docker.StandInImages;
import org.securebackend.runner.source.GitHttpServer;

/** A real study, from its extracts to the report that researchers may see. */
@Tag("docker")
class FlucatsTest {
    private static final String STUDY = "https://github.com/opensafely/FLUCATS";
    private static final String REPORT = "output/joined/input_2022-03-20.html";
    private static final List<String> EXTRACTS =
            List.of(
                    "generate_study_population_1",
                    "generate_study_population_2",
                    "generate_study_population_end");

    @TempDir private Path home;

    @BeforeAll
    static void images() {
        StandInImages.python();
        Commands.run(script("scripts/images"), StandInImages.PREFIX);
    }

    @Test
    void fiveJobsFeedOneAnotherAndOnlyTheReportIsReleased()
            throws IOException, InterruptedException {
        try (var backend = new TestBackend(home)) {
            String commit = repositories(backend, "main");
            backend.startWith(Map.of());

            RequestRecord end = ask(backend, commit);

            requireOrder(end);
            requireFiles(backend);
            requireManifest(backend, end, commit);
            requireLogs(backend, end);
            Commands.await(
                    "containers are gone",
                    () -> Commands.containersOf(backend.instance()).isEmpty());
        }
    }

    @Test
    void studyAndActionsComeOverHttpAsWell() throws IOException, InterruptedException {
        try (var backend = new TestBackend(home)) {
            String commit = repositories(backend, "main");
            for (String path :
                    List.of(
                            "opensafely/FLUCATS",
                            "opensafely-actions/cohort-joiner",
                            "opensafely-actions/dataset-report")) {
                // One folder is served, in which every name ends in .git.
                Files.move(
                        backend.git().resolve(path),
                        backend.git().resolve(Path.of(path).getFileName() + ".git"));
            }
            try (var http = new GitHttpServer(backend.git())) {
                backend.startWith(
                        Map.of(
                                "GIT_URL_REWRITE",
                                "https://github.com/opensafely-actions/=%1$s/,https://github.com/opensafely/=%1$s/"
                                        .formatted(http.url())));

                RequestRecord end = ask(backend, commit);

                requireOrder(end);
                requireManifest(backend, end, commit);
                assertThat(http.requests)
                        .extracting(GitHttpServer.Request::line)
                        .anyMatch(line -> line.contains("/FLUCATS"))
                        .anyMatch(line -> line.contains("/cohort-joiner"))
                        .anyMatch(line -> line.contains("/dataset-report"));
            }
        }
    }

    @Test
    void requestCancelledWhileItsJobRunsEndsAsItsUsersKnowIt()
            throws IOException, InterruptedException {
        String request = "pzztw7wladpqkpqb";
        try (var backend = new TestBackend(home)) {
            String commit = repositories(backend, "slow");
            backend.startWith(Map.of());
            backend.submit(
                    NewRequest.of(
                                    BACKEND,
                                    new NewRequest.Study(STUDY, "slow", commit, "flucats"),
                                    "test_action")
                            .named(request));
            RequestRecord running =
                    backend.await(request, now -> hasCode(now, "test_action", "executing"));
            // Times on the wire are whole seconds: the runtime must not round to nothing.
            long started =
                    running.jobs().getFirst().times().started().orElseThrow().getEpochSecond();
            Commands.await("two seconds on the wall", () -> epochSeconds() >= started + 2);

            backend.server().cancel(request);
            RequestRecord end = backend.awaitEnd(request);

            ReportedJob job = end.jobs().getFirst();
            assertThat(end.jobs()).hasSize(1);
            assertThat(end.status()).isEqualTo("failed");
            assertThat(job.identifier()).isEqualTo("6nhad5m5vkyxqf4z");
            assertThat(job.progress())
                    .isEqualTo(
                            new ReportedJob.Progress(
                                    "failed", "cancelled_by_user", "Cancelled by user"));
            assertThat(job.runtime().orElseThrow())
                    .isBetween(Duration.ofSeconds(1), Duration.ofMinutes(1));
            assertThat(backend.high("workspaces/flucats/output")).doesNotExist();
            assertThat(TestBackend.files(backend.medium("workspaces"))).isEmpty();
            Commands.await(
                    "the container is gone",
                    () -> Commands.containersOf(backend.instance()).isEmpty());
        }
    }

    private static long epochSeconds() {
        return TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis());
    }

    private RequestRecord ask(TestBackend backend, String commit) throws InterruptedException {
        String id =
                backend.submit(
                                NewRequest.of(
                                        BACKEND,
                                        new NewRequest.Study(STUDY, "main", commit, "flucats"),
                                        "generate_dataset_report"))
                        .identifier();
        RequestRecord end = backend.awaitEnd(id);
        assertThat(end.status()).as(end.toString()).isEqualTo("succeeded");
        assertThat(end.jobs())
                .extracting(ReportedJob::action)
                .containsExactlyInAnyOrder(
                        "generate_study_population_1",
                        "generate_study_population_2",
                        "generate_study_population_end",
                        "join_cohorts_weekly",
                        "generate_dataset_report");
        return end;
    }

    private static void requireOrder(RequestRecord end) {
        ReportedJob.Times join = job(end, "join_cohorts_weekly").times();
        for (String extract : EXTRACTS) {
            assertThat(job(end, extract).times().completed().orElseThrow())
                    .as(extract)
                    .isBeforeOrEqualTo(join.started().orElseThrow());
        }
        assertThat(job(end, "generate_dataset_report").times().started().orElseThrow())
                .isAfterOrEqualTo(join.completed().orElseThrow());
    }

    private static void requireFiles(TestBackend backend) throws IOException {
        List<String> high = TestBackend.files(backend.high("workspaces/flucats"));
        // 54 weeks each, the end, as many joined, the report, and five logs.
        assertThat(high).filteredOn(path -> path.matches("output/input_20.*")).hasSize(108);
        assertThat(high).filteredOn(path -> path.matches("output/joined/.*gz")).hasSize(108);
        assertThat(high).contains("output/input_end.csv.gz", REPORT).hasSize(108 + 108 + 2 + 5);
        assertThat(TestBackend.files(backend.medium("")))
                .containsExactly(
                        "workspaces/flucats/metadata/generate_dataset_report.log",
                        "workspaces/flucats/metadata/generate_study_population_1.log",
                        "workspaces/flucats/metadata/generate_study_population_2.log",
                        "workspaces/flucats/metadata/generate_study_population_end.log",
                        "workspaces/flucats/metadata/join_cohorts_weekly.log",
                        "workspaces/flucats/metadata/manifest.json",
                        "workspaces/flucats/" + REPORT);
        assertThat(backend.medium("workspaces/flucats/" + REPORT))
                .hasSameBinaryContentAs(backend.high("workspaces/flucats/" + REPORT))
                .content()
                .contains("20 rows")
                // The columns of the join: what the report was fed came from all before it.
                .contains("end_age");
        assertThat(Files.isSymbolicLink(backend.medium("workspaces/flucats/" + REPORT))).isFalse();
    }

    private static void requireManifest(TestBackend backend, RequestRecord end, String commit)
            throws IOException {
        JsonNode manifest = json(backend.medium("workspaces/flucats/metadata/manifest.json"));
        assertThat(manifest.path("workspace").asText()).isEqualTo("flucats");
        assertThat(manifest.has("repo")).isTrue();
        assertThat(manifest.path("repo").isNull()).isTrue();
        assertThat(manifest.path("outputs").size()).isEqualTo(108 + 108 + 2);

        JsonNode report = manifest.path("outputs").path(REPORT);
        assertThat(fields(report))
                .containsExactlyInAnyOrder(
                        "level",
                        "job_id",
                        "job_request",
                        "action",
                        "repo",
                        "commit",
                        "image",
                        "size",
                        "timestamp",
                        "content_hash",
                        "excluded",
                        "message",
                        "row_count",
                        "col_count",
                        "checks",
                        "runner_version");
        Path file = backend.high("workspaces/flucats/" + REPORT);
        assertThat(report.path("level").asText()).isEqualTo("moderately_sensitive");
        assertThat(report.path("job_id").asText())
                .isEqualTo(job(end, "generate_dataset_report").identifier());
        assertThat(report.path("job_request").asText()).isEqualTo(end.identifier());
        assertThat(report.path("action").asText()).isEqualTo("generate_dataset_report");
        // The code of a reusable action is the action's own.
        assertThat(report.path("repo").asText())
                .isEqualTo("https://github.com/opensafely-actions/dataset-report");
        assertThat(report.path("commit").asText())
                .isEqualTo(head(backend, "dataset-report"))
                .isNotEqualTo(commit);
        assertThat(report.path("size").asLong()).isEqualTo(Files.size(file));
        assertThat(report.path("content_hash").asText()).isEqualTo(sha256(file));
        assertThat(report.path("timestamp").isFloatingPointNumber()).isTrue();
        assertThat(report.path("timestamp").asDouble())
                .isCloseTo(
                        Files.getLastModifiedTime(file).toMillis() / 1000.0,
                        org.assertj.core.data.Offset.offset(0.01));
        assertThat(report.path("excluded").isBoolean()).isTrue();
        assertThat(report.path("excluded").asBoolean()).isFalse();
        assertThat(report.path("message").isNull()).isTrue();
        assertThat(report.path("row_count").isNull()).isTrue();
        assertThat(report.path("col_count").isNull()).isTrue();

        JsonNode extract = manifest.path("outputs").path("output/input_end.csv.gz");
        assertThat(extract.path("level").asText()).isEqualTo("highly_sensitive");
        assertThat(extract.path("repo").asText()).isEqualTo(STUDY);
        assertThat(extract.path("commit").asText()).isEqualTo(commit);
        assertThat(extract.path("action").asText()).isEqualTo("generate_study_population_end");
    }

    private static void requireLogs(TestBackend backend, RequestRecord end) throws IOException {
        List<String> logs = TestBackend.files(backend.high("logs"));
        for (ReportedJob job : end.jobs()) {
            String folder = "os-job-" + job.identifier() + "/";
            assertThat(logs).anyMatch(path -> path.endsWith(folder + "logs.txt"));
            String metadata =
                    logs.stream()
                            .filter(path -> path.endsWith(folder + "metadata.json"))
                            .findFirst()
                            .orElseThrow();
            assertThat(json(backend.high("logs/" + metadata)).path("exit_code").asText())
                    .isEqualTo("0");
        }
        assertThat(
                        Files.readString(
                                backend.medium(
                                        "workspaces/flucats/metadata/generate_dataset_report.log")))
                .contains("reported on output/joined/input_2022-03-20.csv.gz")
                .contains("exit_code: 0")
                .contains(REPORT);
    }

    private static boolean hasCode(RequestRecord request, String action, String code) {
        return request.jobs().stream()
                .anyMatch(job -> job.action().equals(action) && job.progress().code().equals(code));
    }

    private static ReportedJob job(RequestRecord request, String action) {
        return request.jobs().stream()
                .filter(job -> job.action().equals(action))
                .findFirst()
                .orElseThrow();
    }

    private static String repositories(TestBackend backend, String branch) {
        Commands.run(script("demo/make-repos"), backend.git().toString());
        return Commands.run(
                "git",
                "-C",
                backend.git().resolve("opensafely/FLUCATS").toString(),
                "rev-parse",
                branch);
    }

    private static String head(TestBackend backend, String action) {
        Path repository = backend.git().resolve("opensafely-actions").resolve(action);
        Path moved = backend.git().resolve(action + ".git");
        return Commands.run(
                "git",
                "-C",
                (Files.exists(moved) ? moved : repository).toString(),
                "rev-parse",
                "main");
    }

    private static String script(String path) {
        return Path.of("..", path.split("/")).toAbsolutePath().normalize().toString();
    }

    private static JsonNode json(Path file) throws IOException {
        return new ObjectMapper().readTree(file.toFile());
    }

    private static List<String> fields(JsonNode node) {
        var names = new ArrayList<String>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static String sha256(Path file) throws IOException {
        try {
            return HexFormat.of()
                    .formatHex(
                            java.security.MessageDigest.getInstance("SHA-256")
                                    .digest(Files.readAllBytes(file)));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}

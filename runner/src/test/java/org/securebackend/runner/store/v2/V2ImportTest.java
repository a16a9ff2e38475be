package org.securebackend.runner.store.v2;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.sql.DriverManager;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.securebackend.runner.job.FailureReason;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.JobRequest;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.job.OutputFile;
import org.securebackend.runner.job.RequestId;
import org.securebackend.runner.job.StatusText;
import org.securebackend.runner.job.Success;
import org.securebackend.runner.job.WaitReason;
import org.securebackend.runner.job.WorkspaceName;
import org.securebackend.runner.outputs.OutputsSettings;
import org.securebackend.runner.outputs.StoredOutputs;
import org.securebackend.runner.outputs.log.Secrets;
import org.securebackend.runner.pipeline.ActionName;
import org.securebackend.runner.pipeline.Pipeline;
import org.securebackend.runner.pipeline.PipelineParser;
import org.securebackend.runner.pipeline.PipelineReading;
import org.securebackend.runner.planning.JobPlanner;
import org.securebackend.runner.planning.Plan;
import org.securebackend.runner.server.WireStatus;
import org.securebackend.runner.store.JobStore;
import org.securebackend.runner.store.OtherProcess;
import org.securebackend.runner.store.SqliteJobStore;
import org.securebackend.runner.store.StoreException;

class V2ImportTest {
    private static final long START = V2DatabaseFile.START;
    private static final Instant NOW = Instant.ofEpochSecond(START + 100_000);
    private static final WorkspaceName FLUCATS = new WorkspaceName("flucats");

    @TempDir private Path home;

    private Map<JobId, V2Containers.State> containers = Map.of();

    // What there is

    private Path file() {
        return home.resolve("v2/db.sqlite");
    }

    private V2DatabaseFile database(int schema) throws IOException {
        Files.createDirectories(file().getParent());
        for (String folder : List.of("high/workspaces", "medium/workspaces", "work")) {
            Files.createDirectories(home.resolve(folder));
        }
        return V2DatabaseFile.create(file(), schema);
    }

    private Path output(String path, String content) throws IOException {
        Path file = home.resolve("high/workspaces/flucats").resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
        return Files.setLastModifiedTime(
                file, FileTime.from(Instant.ofEpochSecond(START, 123_456_000)));
    }

    private void manifest(String entries) throws IOException {
        Path file = home.resolve("medium/workspaces/flucats/metadata/manifest.json");
        Files.createDirectories(file.getParent());
        Files.writeString(
                file,
                "{\"workspace\": \"flucats\", \"repo\": null, \"outputs\": {" + entries + "}}");
    }

    private static String entry(String path, String job, long size) {
        return """
        "%s": {"level": "moderately_sensitive", "job_id": "%s", "size": %d,
               "timestamp": %d.123456, "content_hash": "%s", "excluded": false,
               "message": null, "row_count": 12, "col_count": 3}
        """
                .formatted(path, job, size, START, "d".repeat(64));
    }

    /** A backend's past: what succeeded, failed, was cancelled, only told something. */
    private void past(int schema) throws IOException {
        try (var v2 = database(schema)) {
            v2.request("r1", "\"run_all\"").request("r2", "\"b\"").request("r3", "\"a\"");
            v2.request("bad1", "\"run_all\"");
            v2.job("r1", "a", START).succeeded("output/a.csv", "output/a2.csv").save();
            v2.job("r1", "b", START)
                    .waitsFor("r1", "a")
                    .failed("nonzero_exit", "Job exited with an error")
                    .save();
            v2.job("r1", "c", START)
                    .waitsFor("r1", "b")
                    .failed("dependency_failed", "Not starting as dependency failed")
                    .without("started_at", "image_id")
                    .save();
            v2.job("bad1", "__error__", START + 100)
                    .notice("failed", "internal_error", "ProjectValidationError: no such thing")
                    .save();
            v2.job("r2", "b", START + 200).needs("a").succeeded("output/b.csv").save();
            v2.job("r2", "c", START + 200)
                    .waitsFor("r2", "b")
                    .failed("cancelled_by_user", "Cancelled by user")
                    .with("cancelled", 1)
                    .save();
            v2.job("r3", "a", START + 300)
                    .notice("succeeded", "succeeded", "All actions have already completed")
                    .save();
            v2.flag("paused", "true", START + 0.25).flag("mode", "", START + 1.5);
        }
        output("output/a.csv", "a,b\n1,2\n");
        output("output/a2.csv", "x\n");
        output("output/b.csv", "y\n");
    }

    // What is done with it

    private V2Import taking(V2Files files) {
        return new V2Import(
                file(),
                new V2Import.Tools(
                        files,
                        () -> containers,
                        home.resolve("work"),
                        InstantSource.fixed(NOW),
                        _ -> {}));
    }

    private V2Files stored() {
        var stored =
                new StoredOutputs(
                        OutputsSettings.standard(
                                home.resolve("high"),
                                home.resolve("medium"),
                                Secrets.of(List.of())));
        return (workspace, path, job) ->
                stored.find(workspace, path, job)
                        .map(found ->
                                new V2Files.Facts(
                                        found.bytes(),
                                        found.sha256(),
                                        found.modifiedAt(),
                                        found.rows(),
                                        found.columns(),
                                        V2Files.Source.valueOf(found.source().name())));
    }

    private V2Report take() {
        return take(V2Import.Insistence.REFUSE);
    }

    private V2Report take(V2Import.Insistence insistence) {
        return taking(stored())
                .into(() -> SqliteJobStore.createOrMigrate(home.resolve("work")), insistence);
    }

    private SqliteJobStore store() {
        return SqliteJobStore.openExisting(home.resolve("work"));
    }

    private static Optional<String> flag(JobStore store, String name) {
        return Optional.ofNullable(store.flags().get(name)).flatMap(JobStore.Flag::value);
    }

    private static List<OutputFile> outputs(JobStore store, JobId job) {
        return store.outputsOf(List.of(job)).getOrDefault(job, List.of());
    }

    private static JobId id(String request, String action) {
        return new JobId(V2DatabaseFile.idOf(request, action));
    }

    private static String code(Job job) {
        return WireStatus.of(job.state()).code();
    }

    private static String message(Job job) {
        return StatusText.of(job.state(), StatusText.DatabaseAccess.NONE);
    }

    private static JobRequest wish(String... actions) {
        return new JobRequest(
                new RequestId("new1"),
                JobRequest.Origin.SERVER,
                "flucats",
                "",
                "main",
                "",
                "default",
                List.of(actions),
                List.of(),
                false,
                true,
                Optional.empty(),
                NOW,
                "{}");
    }

    private static Pipeline pipeline() {
        String text =
                """
                version: "4.0"
                actions:
                  a: {run: "python:v2 python a.py", outputs: {moderately_sensitive: {t: output/a.csv}}}
                  b: {run: "python:v2 python b.py", needs: [a], outputs: {moderately_sensitive: {t: output/b.csv}}}
                  c: {run: "python:v2 python c.py", needs: [b], outputs: {moderately_sensitive: {t: output/c.csv}}}
                """;
        return ((PipelineReading.Valid) PipelineParser.read(text.getBytes(UTF_8))).pipeline();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void nothingThatSucceededRunsAgainAndWhatDidNotDoes(int schema) throws IOException {
        past(schema);
        V2Report report = take();

        assertThat(report.requests()).isEqualTo(4);
        assertThat(report.jobs()).isEqualTo(new TreeMap<>(Map.of("succeeded", 3, "failed", 4)));
        try (var store = store()) {
            Plan plan = JobPlanner.plan(wish("run_all"), pipeline(), store.latestRuns(FLUCATS));
            assertThat(plan).isInstanceOf(Plan.Run.class);
            assertThat(((Plan.Run) plan).actions())
                    .singleElement()
                    .satisfies(planned -> {
                        assertThat(planned.action().name()).isEqualTo(new ActionName("c"));
                        assertThat(planned.needs())
                                .singleElement()
                                .satisfies(need ->
                                        assertThat(need.producer()).isEqualTo(id("r2", "b")));
                    });
            assertThat(store.openJobs()).isEmpty();
            assertThat(store.unreported()).isEmpty();
        }
    }

    @Test
    void codesMessagesTimesAndImagesStayAsTheyWere() throws IOException {
        past(3);
        take();
        try (var store = store()) {
            Job failed = store.job(id("r1", "b")).orElseThrow();
            assertThat(code(failed)).isEqualTo("nonzero_exit");
            assertThat(message(failed)).isEqualTo("Job exited with an error");
            assertThat(failed.definition().createdAt()).isEqualTo(Instant.ofEpochSecond(START));
            assertThat(failed.startedAt()).contains(Instant.ofEpochSecond(START + 10));
            assertThat(((JobState.Done) failed.state()).finishedAt())
                    .isEqualTo(Instant.ofEpochSecond(START + 60));
            assertThat(failed.changedAt()).isEqualTo(Instant.ofEpochSecond(START + 60, 5));
            assertThat(failed.image().orElseThrow().value()).isEqualTo(V2DatabaseFile.IMAGE);
            assertThat(failed.work().command().words())
                    .containsExactly("python:v2", "python", "analysis/b.py", "a b");
            assertThat(failed.work().needs().getFirst().producer()).isEqualTo(id("r1", "a"));

            Job never = store.job(id("r1", "c")).orElseThrow();
            assertThat(code(never)).isEqualTo("dependency_failed");
            assertThat(never.startedAt()).isEmpty();

            assertThat(message(store.job(id("r2", "c")).orElseThrow()))
                    .isEqualTo("Cancelled by user");
            Job error = store.job(id("bad1", "__error__")).orElseThrow();
            assertThat(error.definition().work()).isEmpty();
            assertThat(message(error)).isEqualTo("ProjectValidationError: no such thing");
            assertThat(message(store.job(id("r3", "a")).orElseThrow()))
                    .isEqualTo("All actions have already completed");

            JobRequest request = store.request(new RequestId("r1")).orElseThrow();
            assertThat(request.origin()).isEqualTo(JobRequest.Origin.SERVER);
            assertThat(request.requestedActions()).containsExactly("run_all");
            assertThat(request.requester().orElseThrow().user()).isEqualTo("ann");
            assertThat(request.original()).contains("\"orgs\": [\"clinic\"]");
        }
    }

    @Test
    void flagsKeepTheirValuesAndTimes() throws IOException {
        past(3);
        assertThat(take().flags()).containsExactly("mode", "paused");
        try (var store = store()) {
            assertThat(store.flags())
                    .containsEntry(
                            "paused",
                            new JobStore.Flag(
                                    Optional.of("true"),
                                    Instant.ofEpochSecond(START, 250_000_000)));
            assertThat(flag(store, "mode")).isEmpty();
        }
    }

    @Test
    void filesGetTheirHashSizeAndTimeAndTheirOwner() throws Exception {
        past(3);
        V2Report report = take();
        assertThat(report.files().hashed()).isEqualTo(3);
        assertThat(report.files().hashedBytes()).isEqualTo(12);
        try (var store = store()) {
            OutputFile file =
                    store.filesOf(FLUCATS, new ActionName("a")).stream()
                            .filter(output -> output.path().equals("output/a.csv"))
                            .findFirst()
                            .orElseThrow();
            assertThat(file.bytes()).isEqualTo(8);
            assertThat(file.sha256())
                    .isEqualTo(
                            HexFormat.of()
                                    .formatHex(
                                            MessageDigest.getInstance("SHA-256")
                                                    .digest("a,b\n1,2\n".getBytes(UTF_8))));
            assertThat(file.modifiedAt()).isEqualTo(Instant.ofEpochSecond(START, 123_456_000));
            assertThat(file.isReleased()).isTrue();
            assertThat(
                            store.owners(
                                    FLUCATS,
                                    List.of("output/a.csv", "output/b.csv", "output/none.csv")))
                    .containsExactlyInAnyOrderEntriesOf(
                            Map.of(
                                    "output/a.csv", id("r1", "a"),
                                    "output/b.csv", id("r2", "b")));
        }
    }

    @Test
    void manifestSparesReadingAFileThatAgreesWithIt() throws IOException {
        past(3);
        manifest(
                entry("output/a.csv", V2DatabaseFile.idOf("r1", "a"), 8)
                        // Another size, another job: not believed.
                        + ","
                        + entry("output/a2.csv", V2DatabaseFile.idOf("r1", "a"), 77)
                        + ","
                        + entry("output/b.csv", V2DatabaseFile.idOf("r1", "b"), 2));
        V2Report report = take();
        assertThat(report.files().fromManifests()).isEqualTo(1);
        assertThat(report.files().hashed()).isEqualTo(2);
        try (var store = store()) {
            OutputFile known = outputs(store, id("r1", "a")).getLast();
            assertThat(known.path()).isEqualTo("output/a2.csv");
            assertThat(known.sha256()).isNotEqualTo("d".repeat(64));
            OutputFile believed = outputs(store, id("r1", "a")).getFirst();
            assertThat(believed.sha256()).isEqualTo("d".repeat(64));
            assertThat(believed.rows()).isEqualTo(OptionalLong.of(12));
            assertThat(believed.columns()).isEqualTo(OptionalLong.of(3));
        }
    }

    @Test
    void fileOfAnArchivedWorkspaceIsKnownFromTheManifest() throws IOException {
        past(3);
        Files.delete(home.resolve("high/workspaces/flucats/output/a.csv"));
        manifest(entry("output/a.csv", V2DatabaseFile.idOf("r1", "a"), 8));
        V2Report report = take();
        assertThat(report.files().absent()).isEqualTo(1);
        assertThat(report.files().missing()).isZero();
        try (var store = store()) {
            assertThat(store.owners(FLUCATS, List.of("output/a.csv")))
                    .containsEntry("output/a.csv", id("r1", "a"));
        }
    }

    @Test
    void fileThatIsGoneHasNoOwnerSoNoJobTakesItForAnInput() throws IOException {
        past(3);
        Files.delete(home.resolve("high/workspaces/flucats/output/a.csv"));
        V2Report report = take();
        assertThat(report.files().missing()).isEqualTo(1);
        assertThat(report.notes())
                .singleElement()
                .asString()
                .contains("flucats", "output/a.csv", V2DatabaseFile.idOf("r1", "a"));
        try (var store = store()) {
            assertThat(outputs(store, id("r1", "a")))
                    .extracting(OutputFile::path)
                    .containsExactly("output/a.csv", "output/a2.csv");
            assertThat(store.owners(FLUCATS, List.of("output/a.csv"))).isEmpty();
        }
    }

    @Test
    void fileBelongsToTheJobThatWroteItLast() throws IOException {
        try (var v2 = database(3)) {
            v2.request("r1", "\"a\"").request("r2", "\"a\"");
            v2.job("r1", "a", START).succeeded("output/a.csv", "output/old.csv").save();
            // It copied its files though it failed: version 2 does that.
            v2.job("r2", "a", START + 100)
                    .failed("unmatched_patterns", "No outputs found matching patterns: x")
                    .left("output/a.csv")
                    .save();
        }
        output("output/a.csv", "new");
        output("output/old.csv", "old");
        take();
        try (var store = store()) {
            assertThat(store.owners(FLUCATS, List.of("output/a.csv", "output/old.csv")))
                    .containsExactlyInAnyOrderEntriesOf(
                            Map.of(
                                    "output/a.csv", id("r2", "a"),
                                    "output/old.csv", id("r1", "a")));
            assertThat(outputs(store, id("r1", "a")).getFirst())
                    .extracting(OutputFile::sha256)
                    .isEqualTo(V2Outputs.UNKNOWN_HASH);
        }
    }

    @Test
    void excludedFileStaysExcluded() throws IOException {
        try (var v2 = database(2)) {
            v2.request("r1", "\"a\"");
            v2.job("r1", "a", START)
                    .succeeded("output/a.csv", "output/b.csv")
                    .with(
                            "level4_excluded_files",
                            "{\"output/a.csv\": \"has a patient_id column\"}")
                    .with("unmatched_outputs", "[\"z\", \"x\"]")
                    .save();
        }
        output("output/a.csv", "a");
        output("output/b.csv", "b");
        take();
        try (var store = store()) {
            List<OutputFile> files = store.filesOf(FLUCATS, new ActionName("a"));
            assertThat(files.getFirst().notReleased()).contains("has a patient_id column");
            assertThat(files.getLast().isReleased()).isTrue();
            assertThat(store.results(id("r1", "a")).orElseThrow().unmatchedFiles())
                    .containsExactly("x", "z");
        }
    }

    @Test
    void waitingJobsWaitAndRunningOnesArePutBack() throws IOException {
        try (var v2 = database(3)) {
            v2.request("r0", "\"a\"").request("r1", "\"run_all\"");
            v2.job("r0", "a", START).succeeded("output/a.csv").save();
            v2.job("r1", "b", START + 100)
                    .needs("a")
                    .with("requires_db", 1)
                    .with("database_name", "include_t1oo")
                    .running()
                    .save();
            v2.job("r1", "c", START + 100).waitsFor("r1", "b").save();
        }
        output("output/a.csv", "a");
        assertThat(take().jobs()).containsEntry("waiting", 2);
        try (var store = store()) {
            List<Job> open = store.openJobs();
            assertThat(open)
                    .extracting(Job::state)
                    .containsExactly(
                            new JobState.Waiting(new WaitReason.Reboot()),
                            new JobState.Waiting(new WaitReason.Created()));
            assertThat(open.getFirst().work().needs().getFirst().producer())
                    .isEqualTo(id("r0", "a"));
            assertThat(open.getFirst().work().requiresDatabase()).isTrue();
            assertThat(open.getFirst().work().databaseName()).isEqualTo("include_t1oo");
            assertThat(open.getLast().work().needs().getFirst().producer())
                    .isEqualTo(id("r1", "b"));
            assertThat(store.unreported())
                    .extracting(JobStore.UnreportedRequest::id)
                    .containsExactly(new RequestId("r1"));
        }
    }

    @Test
    void cancelledJobThatWasNotOverIsCancelled() throws IOException {
        try (var v2 = database(3)) {
            v2.request("r1", "\"a\"");
            v2.job("r1", "a", START)
                    .running()
                    .with("cancelled", 1)
                    .with("completed_at", START + 50)
                    .save();
            v2.job("r1", "b", START).with("cancelled", 1).save();
        }
        take();
        try (var store = store()) {
            assertThat(store.jobsOf(new RequestId("r1")))
                    .extracting(Job::state)
                    .containsExactly(
                            new JobState.Failed(
                                    Optional.of(Instant.ofEpochSecond(START + 10)),
                                    Instant.ofEpochSecond(START + 50),
                                    new FailureReason.CancelledByUser()),
                            new JobState.Failed(
                                    Optional.empty(), NOW, new FailureReason.CancelledByUser()));
            assertThat(store.latestRuns(FLUCATS)).isEmpty();
        }
    }

    @Test
    void openJobThatCannotBeSaidInOurTermsFailsWithAMessage() throws IOException {
        try (var v2 = database(3)) {
            v2.request("r1", "\"run_all\"");
            v2.job("r1", "a", START).needs("nobody").save();
            v2.job("r1", "b", START).with("commit", "main").save();
            v2.job("r1", "c", START).with("output_spec", "no JSON").save();
            v2.job("r1", "d", START).succeeded("x").with("outputs", "[1]").save();
        }
        V2Report report = take();
        assertThat(report.notes()).hasSize(4);
        try (var store = store()) {
            assertThat(store.openJobs()).isEmpty();
            assertThat(store.jobsOf(new RequestId("r1")).subList(0, 3))
                    .allSatisfy(job -> {
                        assertThat(code(job)).isEqualTo("internal_error");
                        assertThat(message(job)).contains("please request it again");
                    });
            assertThat(store.latestRuns(FLUCATS))
                    .extracting(Job::id)
                    .containsExactly(id("r1", "d"));
        }
    }

    @Test
    void veryOldRowsWithEmptyColumnsAreTakenOver() throws IOException {
        try (var v2 = database(1)) {
            v2.original("old1", "{\"created_by\": \"somebody\"}");
            v2.job("old1", "a", START)
                    .succeeded()
                    .without("outputs", "status_code", "status_code_updated_at", "trace_context")
                    .without("database_name", "completed_at", "requires_outputs_from", "image_id")
                    .without("wait_for_job_ids", "cancelled", "output_spec", "status_message")
                    .save();
            v2.job("old2", "x", START + 1)
                    .failed("", "Something broke")
                    .with("status_code_updated_at", 0)
                    .with("requires_outputs_from", "[\"gone\"]")
                    .save();
        }
        take();
        try (var store = store()) {
            Job old = store.job(id("old1", "a")).orElseThrow();
            assertThat(old.state())
                    .isEqualTo(
                            new JobState.Succeeded(
                                    Optional.of(Instant.ofEpochSecond(START + 10)),
                                    Instant.ofEpochSecond(START + 60),
                                    new Success.Recorded("Completed successfully")));
            assertThat(store.latestRuns(FLUCATS)).extracting(Job::id).contains(id("old1", "a"));
            assertThat(store.request(new RequestId("old1")).orElseThrow().origin())
                    .isEqualTo(JobRequest.Origin.LOCAL);
            Job failed = store.job(id("old2", "x")).orElseThrow();
            assertThat(code(failed)).isEqualTo("internal_error");
            assertThat(message(failed)).isEqualTo("Something broke");
            assertThat(failed.changedAt()).isEqualTo(Instant.ofEpochSecond(START + 61));
        }
    }

    @Test
    void codeOfReusableActionsAndDatabaseNeedOfOldSchemasAreKnown() throws IOException {
        try (var v2 = database(2)) {
            v2.request("r1", "\"a\"");
            v2.job("r1", "a", START)
                    .succeeded()
                    .with("action_repo_url", "https://github.com/opensafely-actions/report")
                    .with("action_commit", "f".repeat(40))
                    .with("run_command", "ehrql:v1 generate-dataset x.py")
                    .save();
        }
        take();
        try (var store = store()) {
            var work = store.job(id("r1", "a")).orElseThrow().work();
            assertThat(work.code().repositoryUrl())
                    .isEqualTo("https://github.com/opensafely-actions/report");
            assertThat(work.study().commit().value()).isEqualTo(V2DatabaseFile.COMMIT);
            assertThat(work.requiresDatabase()).isTrue();
        }
    }

    // Again and again, and half-way

    @Test
    void secondImportChangesNothingAndSaysSo() throws Exception {
        past(3);
        assertThat(take().hasNews()).isTrue();
        List<String> before = rows();
        V2Report again = take();
        assertThat(again.hasNews()).isFalse();
        assertThat(again.known()).isEqualTo(4);
        assertThat(rows()).isEqualTo(before);
    }

    @Test
    void laterImportTakesOnlyWhatIsNew() throws IOException {
        past(3);
        take();
        try (var store = store()) {
            store.setFlag("paused", Optional.empty(), NOW);
        }
        addLater();
        V2Report report = take();
        assertThat(report.requests()).isEqualTo(1);
        assertThat(report.flags()).isEmpty();
        assertThat(report.files().hashed()).isZero();
        try (var store = store()) {
            assertThat(flag(store, "paused")).isEmpty();
            assertThat(store.openJobs().getFirst().work().needs().getFirst().producer())
                    .isEqualTo(id("r2", "b"));
        }
    }

    private void addLater() {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file());
                var statement = connection.createStatement()) {
            statement.execute(
                    """
                    INSERT INTO job (id, job_request_id, state, repo_url, "commit", workspace,
                        action, requires_outputs_from, run_command, output_spec, created_at)
                    SELECT '%s', 'later', 'pending', repo_url, "commit", workspace, 'c',
                        '["b"]', run_command, output_spec, created_at + 1000
                    FROM job WHERE action = 'c' LIMIT 1
                    """
                            .formatted(V2DatabaseFile.idOf("later", "c")));
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void importThatBreaksOffLeavesNothingHalf() throws Exception {
        past(3);
        // The last of many: all others were written by then.
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file());
                var statement = connection.createStatement()) {
            statement.execute("UPDATE job SET state = 'odd' WHERE job_request_id = 'r3'");
        }
        assertThatThrownBy(this::take)
                .isInstanceOf(V2RefusedException.class)
                .hasMessageContaining("nothing was taken over");
        assertThat(rows()).allSatisfy(table -> assertThat(table).endsWith(" 0 []"));
    }

    @Test
    void storageThatCannotBeReadStopsTheImport() throws IOException {
        past(3);
        V2Import taking =
                taking((_, _, _) -> {
                    throw new IOException("gone");
                });
        assertThatThrownBy(() ->
                        taking.into(
                                () -> SqliteJobStore.createOrMigrate(home.resolve("work")),
                                V2Import.Insistence.REFUSE))
                .hasMessageContaining("nothing was taken over");
        try (var store = store()) {
            assertThat(store.newestJobs(10)).isEmpty();
        }
    }

    /** What the tables hold, but for those that every database has something in. */
    private List<String> rows() throws Exception {
        var tables = new ArrayList<String>();
        String url = "jdbc:sqlite:" + home.resolve("work/runner.sqlite");
        try (var connection = DriverManager.getConnection(url);
                var statement = connection.createStatement()) {
            for (String table : List.of("request", "job", "job_output", "workspace_file", "flag")) {
                var rows = new ArrayList<String>();
                try (var all = statement.executeQuery("SELECT * FROM " + table)) {
                    while (all.next()) {
                        var row = new LinkedHashMap<String, Object>();
                        for (int i = 1; i <= all.getMetaData().getColumnCount(); i++) {
                            row.put(all.getMetaData().getColumnName(i), all.getObject(i));
                        }
                        rows.add(row.toString());
                    }
                }
                tables.add(table + " " + rows.size() + " " + rows);
            }
        }
        return tables;
    }

    @Test
    void rehearsalWritesNothing() throws IOException {
        past(3);
        V2Report report =
                taking(
                                (_, _, _) -> {
                                    throw new AssertionError("no file is looked at");
                                })
                        .rehearse(Optional.empty(), V2Import.Insistence.REFUSE);
        assertThat(report.requests()).isEqualTo(4);
        assertThat(report.flags()).containsExactly("mode", "paused");
        assertThat(home.resolve("work")).isEmptyDirectory();
        take();
        try (var store = store()) {
            assertThat(
                            taking(stored())
                                    .rehearse(Optional.of(store), V2Import.Insistence.REFUSE)
                                    .hasNews())
                    .isFalse();
        }
    }

    // Version 2's own files

    @Test
    void originalIsLeftAsItIsAndItsOpenJournalIsRead() throws Exception {
        past(3);
        // A crash leaves the journal behind; copied while it is open, as it lies there then.
        try (var open = DriverManager.getConnection("jdbc:sqlite:" + file());
                var statement = open.createStatement()) {
            statement.execute("UPDATE flags SET value = 'from the journal' WHERE id = 'paused'");
            Files.createDirectories(home.resolve("crashed"));
            for (String name : List.of("db.sqlite", "db.sqlite-wal")) {
                Files.copy(home.resolve("v2").resolve(name), home.resolve("crashed").resolve(name));
            }
        }
        Files.delete(file());
        for (String name : List.of("db.sqlite", "db.sqlite-wal")) {
            Files.copy(home.resolve("crashed").resolve(name), home.resolve("v2").resolve(name));
            Files.setLastModifiedTime(
                    home.resolve("v2").resolve(name), FileTime.from(NOW.minusSeconds(1000)));
        }
        take();
        for (String name : List.of("db.sqlite", "db.sqlite-wal")) {
            assertThat(home.resolve("v2").resolve(name))
                    .hasSameBinaryContentAs(home.resolve("crashed").resolve(name));
        }
        try (var files = Files.list(home.resolve("v2"))) {
            assertThat(files).hasSize(2);
        }
        try (var store = store();
                var left = Files.list(home.resolve("work"))) {
            assertThat(flag(store, "paused")).contains("from the journal");
            assertThat(left.map(Path::getFileName).map(Path::toString))
                    .noneMatch(name -> name.startsWith(".import"));
        }
    }

    @Test
    void databaseThatAnotherProcessHasOpenIsRefused() throws Exception {
        past(3);
        Process v2 = OtherProcess.start(Holder.class, file().toString());
        try {
            assertThat(v2.inputReader().readLine()).isEqualTo("open");
            assertThatThrownBy(this::take)
                    .isInstanceOf(V2InUseException.class)
                    .hasMessageContaining("a process has the database")
                    .hasMessageContaining("Stop version 2 first");
            assertThat(home.resolve("work/runner.sqlite")).doesNotExist();
            assertThat(take(V2Import.Insistence.GO_ON).notes())
                    .anyMatch(note -> note.contains("a process has the database"));
        } finally {
            v2.destroyForcibly().waitFor();
        }
    }

    /** Holds a database open until it is killed, as version 2 does. */
    static final class Holder {
        private Holder() {}

        public static void main(String[] arguments) throws Exception {
            try (var open = DriverManager.getConnection("jdbc:sqlite:" + arguments[0]);
                    var statement = open.createStatement()) {
                statement.execute("SELECT count(*) FROM job");
                System.out.println("open");
                System.in.read();
                Thread.currentThread().join();
            }
        }
    }

    @Test
    void journalOfJustNowIsRefused() throws IOException {
        past(3);
        Path journal = Files.writeString(home.resolve("v2/db.sqlite-wal"), "x");
        Files.setLastModifiedTime(journal, FileTime.from(NOW.minusSeconds(30)));
        assertThatThrownBy(this::take)
                .isInstanceOf(V2InUseException.class)
                .hasMessageContaining("30 seconds ago");
    }

    @Test
    void containerThatRunsOrHoldsTheNameOfAnOpenJobIsRefused() throws IOException {
        try (var v2 = database(3)) {
            v2.request("r1", "\"a\"");
            v2.job("r1", "a", START).running().save();
            v2.job("r1", "b", START).succeeded().save();
        }
        containers = Map.of(id("r1", "a"), V2Containers.State.STOPPED);
        assertThatThrownBy(this::take)
                .isInstanceOf(V2InUseException.class)
                .hasMessageContaining("docker rm os-job-" + id("r1", "a"));
        containers = Map.of(id("elsewhere", "z"), V2Containers.State.RUNNING);
        assertThatThrownBy(this::take)
                .isInstanceOf(V2InUseException.class)
                .hasMessageContaining("is running");
        // Left for inspection: in nobody's way.
        containers = Map.of(id("r1", "b"), V2Containers.State.STOPPED);
        assertThat(take().hasNews()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4})
    void otherSchemasAreRefused(int schema) throws IOException {
        try (var v2 = database(3)) {
            v2.execute("PRAGMA user_version = " + schema);
        }
        assertThatThrownBy(this::take)
                .isInstanceOf(V2RefusedException.class)
                .hasMessageContaining("schema");
    }

    @Test
    void otherFilesAreRefused() throws IOException {
        database(3).close();
        Files.delete(file());
        assertThatThrownBy(this::take)
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("there is no database");
        Files.writeString(file(), "text ".repeat(1000));
        assertThatThrownBy(this::take)
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("cannot be read as a database");
        SqliteJobStore.createOrMigrate(home.resolve("other")).close();
        Files.copy(
                home.resolve("other/runner.sqlite"),
                file(),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(this::take)
                .isInstanceOf(V2RefusedException.class)
                .hasMessageContaining("not a database of version 2");
    }
}

package org.securebackend.runner.housekeeping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.securebackend.runner.executor.ExecutorException;
import org.securebackend.runner.executor.ProgramSpec;
import org.securebackend.runner.executor.ScriptedExecutor;
import org.securebackend.runner.executor.WorkspaceEntry.Kind;
import org.securebackend.runner.job.CodeLocation;
import org.securebackend.runner.job.CommitId;
import org.securebackend.runner.job.ImageName;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobDefinition;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.job.RequestId;
import org.securebackend.runner.job.Success;
import org.securebackend.runner.job.TestRequests;
import org.securebackend.runner.job.Work;
import org.securebackend.runner.job.WorkspaceName;
import org.securebackend.runner.outputs.OutputsSettings;
import org.securebackend.runner.outputs.StoredRemains;
import org.securebackend.runner.outputs.log.Secrets;
import org.securebackend.runner.pipeline.ActionName;
import org.securebackend.runner.pipeline.OutputSpec;
import org.securebackend.runner.pipeline.RunCommand;
import org.securebackend.runner.store.JobStore;
import org.securebackend.runner.store.SqliteJobStore;

/** On a real store and real folders; the programs are scripted. */
@SuppressWarnings("NullAway.Init") // JUnit gives the folder, and calls the method that fills them.
class LeftoversTest {
    private static final Instant NOW = Instant.parse("2026-06-15T12:00:00Z");
    private static final Instant LONG_AGO = NOW.minus(Duration.ofDays(400));
    private static final ImageName IMAGE = new ImageName("registry.test/python:v1");

    @TempDir Path folder;

    private JobStore store;
    private ScriptedExecutor executor;
    private Leftovers leftovers;

    @BeforeEach
    void open() throws IOException {
        Files.createDirectories(high());
        Files.createDirectories(medium());
        store = SqliteJobStore.createOrMigrate(folder.resolve("work"));
        executor = new ScriptedExecutor(() -> LONG_AGO);
        executor.addImage(IMAGE);
        leftovers =
                new Leftovers(
                        new Leftovers.Places(
                                executor,
                                new StoredRemains(
                                        OutputsSettings.standard(high(), medium(), Secrets.none())),
                                store),
                        new Keeping(
                                Duration.ofDays(30),
                                Optional.of(Duration.ofDays(90)),
                                Duration.ZERO),
                        () -> NOW);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private Path high() {
        return folder.resolve("high");
    }

    private Path medium() {
        return folder.resolve("medium");
    }

    private static JobId id(String action) {
        return JobId.of(new RequestId("r-" + action), action);
    }

    /** A job on record in this state. */
    private JobId job(String action, JobState state) {
        var request = new RequestId("r-" + action);
        var work =
                new Work(
                        new WorkspaceName("w"),
                        new CodeLocation(TestRequests.STUDY, new CommitId(TestRequests.COMMIT)),
                        Optional.empty(),
                        new RunCommand("python", "v1", List.of()),
                        new OutputSpec(List.of()),
                        List.of(),
                        false,
                        "default");
        var definition =
                new JobDefinition(
                        id(action), request, new ActionName(action), LONG_AGO, Optional.of(work));
        Job waiting = Job.waiting(definition);
        store.add(
                TestRequests.of("r-" + action, "w", action),
                List.of(
                        new Job(
                                definition,
                                state,
                                waiting.changedAt(),
                                waiting.version(),
                                Optional.empty())));
        return id(action);
    }

    private JobId over(String action) {
        return job(
                action,
                new JobState.Succeeded(Optional.of(LONG_AGO), LONG_AGO, new Success.Ran(0)));
    }

    private JobId open(String action) {
        return job(action, new JobState.Preparing(LONG_AGO));
    }

    private void workspace(JobId job) {
        executor.workspace(job).rewrite();
        executor.workspace(job).leave("a.csv", Kind.REGULAR, new byte[100]);
    }

    private void program(JobId job) {
        workspace(job);
        executor.start(
                new ProgramSpec(
                        job,
                        new WorkspaceName("w"),
                        new ActionName("a"),
                        executor.findImage(IMAGE).orElseThrow(),
                        List.of(),
                        Map.of(),
                        Optional.empty()));
    }

    /** A file of 10 bytes; it and its folder were last changed long ago. */
    private Path old(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, new byte[10]);
        age(file);
        age(file.resolveSibling("."));
        return file;
    }

    private static void age(Path path) throws IOException {
        FileTime time = FileTime.from(LONG_AGO);
        Files.getFileAttributeView(path, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .setTimes(time, time, time);
    }

    private List<String> removeAll() throws IOException {
        var removed = new ArrayList<String>();
        for (Leftover leftover : leftovers.inStorage()) {
            if (leftovers.remove(leftover)) {
                removed.add(leftover.place());
            }
        }
        for (Leftover leftover : leftovers.onHost()) {
            if (leftovers.remove(leftover)) {
                removed.add(leftover.place());
            }
        }
        return removed;
    }

    @Test
    void openJobsLoseNothing() throws IOException {
        JobId job = open("open");
        program(job);
        Path staged = old(high().resolve(".staging").resolve(job.value()).resolve("a.csv"));
        Path failed = old(high().resolve("failed").resolve(job.value()).resolve("a.csv"));

        assertThat(leftovers.inStorage()).isEmpty();
        assertThat(leftovers.onHost()).isEmpty();
        assertThat(staged).exists();
        assertThat(failed).exists();
    }

    @Test
    void whatIsLeftOfAJobThatIsOverGoes() throws IOException {
        JobId job = over("over");
        program(job);
        old(high().resolve(".staging").resolve(job.value()).resolve("b/a.csv"));
        age(high().resolve(".staging").resolve(job.value()));
        old(high().resolve("failed").resolve(job.value()).resolve("a.csv"));

        assertThat(leftovers.onHost())
                .singleElement()
                .satisfies(found -> {
                    assertThat(found.kind()).isEqualTo("program, workspace");
                    assertThat(found.bytes()).isEqualTo(100);
                    assertThat(found.job()).contains(job);
                });
        assertThat(removeAll())
                .containsExactly(
                        "high/.staging/" + job, "high/failed/" + job, job + ", memory of " + job);
        assertThat(high().resolve(".staging").resolve(job.value())).doesNotExist();
        assertThat(high().resolve("failed").resolve(job.value())).doesNotExist();
        assertThat(executor.remains()).isEmpty();
        assertThat(removeAll()).isEmpty();
    }

    @Test
    void jobThatWasTakenUpAgainMeanwhileLosesNothing() throws IOException {
        JobId job = id("later");
        workspace(job);
        old(high().resolve("failed").resolve(job.value()).resolve("a.csv"));
        List<Leftover> found = new ArrayList<>(leftovers.inStorage());
        found.addAll(leftovers.onHost());
        assertThat(found).hasSize(2);

        open("later");

        for (Leftover leftover : found) {
            assertThat(leftovers.remove(leftover)).isFalse();
        }
        assertThat(executor.remains()).hasSize(1);
        assertThat(high().resolve("failed").resolve(job.value())).exists();
    }

    @Test
    void runningProgramOfAnUnknownJobStays() throws IOException {
        program(id("unknown"));
        assertThat(leftovers.onHost()).isEmpty();
    }

    @Test
    void oldTemporaryFilesGoFromBothStoragesAndNewOnesStay() throws IOException {
        Path temporary = high().resolve(".staging/temporary");
        old(temporary.resolve("old"));
        old(medium().resolve(".staging/temporary/old"));
        Files.setLastModifiedTime(
                Files.write(temporary.resolve("new"), new byte[10]), FileTime.from(NOW));
        old(medium().resolve(".staging/locks/workspaces-1"));

        assertThat(removeAll())
                .containsExactly("high/.staging/temporary/old", "medium/.staging/temporary/old");
        assertThat(temporary.resolve("new")).exists();
        assertThat(medium().resolve(".staging/locks/workspaces-1")).exists();
    }

    @Test
    void temporaryFileThatSomebodyBeganToWriteAgainStays() throws IOException {
        Path file = old(high().resolve(".staging/temporary/old"));
        List<Leftover> found = leftovers.inStorage();
        Files.setLastModifiedTime(file, FileTime.from(NOW));
        assertThat(leftovers.remove(found.getFirst())).isFalse();
        assertThat(file).exists();
    }

    @Test
    void oldLogsGoAndOtherFoldersStay() throws IOException {
        old(high().resolve("logs/2026-02/os-job-x/logs.txt"));
        old(high().resolve("logs/2026-06/os-job-x/logs.txt"));
        old(high().resolve("logs/2025-13/os-job-x/logs.txt"));
        old(high().resolve("logs/notes/readme"));

        assertThat(leftovers.inStorage())
                .singleElement()
                .satisfies(found -> assertThat(found.bytes()).isEqualTo(10));
        assertThat(removeAll()).containsExactly("high/logs/2026-02");
        assertThat(high().resolve("logs")).isDirectoryNotContaining("glob:**/2026-02");
        assertThat(high().resolve("logs/notes/readme")).exists();
    }

    @Test
    void linksAreRemovedAndNotFollowed() throws IOException {
        Path precious = old(folder.resolve("precious/file"));
        JobId job = over("linked");
        Files.createDirectories(high().resolve("failed"));
        Path link = high().resolve("failed").resolve(job.value());
        Files.createSymbolicLink(link, precious.getParent());
        age(link);
        JobId inside = over("inside");
        old(high().resolve("failed").resolve(inside.value()).resolve("a"));
        Files.createSymbolicLink(
                high().resolve("failed").resolve(inside.value()).resolve("out"),
                precious.getParent());

        assertThat(leftovers.inStorage()).extracting(Leftover::bytes).containsOnly(0L, 10L);
        assertThat(removeAll()).hasSize(2);
        assertThat(precious).exists();
        assertThat(Files.exists(link, LinkOption.NOFOLLOW_LINKS)).isFalse();
    }

    @Test
    void linkInPlaceOfTheFolderOfFailedJobsIsRefused() throws IOException {
        JobId job = over("victim");
        Path elsewhere = folder.resolve("elsewhere");
        Path file = old(elsewhere.resolve(job.value()).resolve("file"));
        Files.createSymbolicLink(high().resolve("failed"), elsewhere);

        assertThatThrownBy(leftovers::inStorage).isInstanceOf(IOException.class);
        assertThat(file).exists();
    }

    @Test
    void engineThatIsAwayIsSaid() {
        executor.goAway();
        assertThatThrownBy(leftovers::onHost).isInstanceOf(ExecutorException.class);
    }
}

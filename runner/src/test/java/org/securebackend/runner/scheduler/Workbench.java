package org.securebackend.runner.scheduler;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.securebackend.runner.executor.Executor;
import org.securebackend.runner.executor.ProgramSpec;
import org.securebackend.runner.executor.ProgramSpec.DatabaseAddress;
import org.securebackend.runner.executor.ScriptedExecutor;
import org.securebackend.runner.housekeeping.StoredRecords;
import org.securebackend.runner.job.Exit;
import org.securebackend.runner.job.ImageName;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.job.KeepingTime;
import org.securebackend.runner.job.RequestId;
import org.securebackend.runner.job.StatusText;
import org.securebackend.runner.job.StopReason;
import org.securebackend.runner.job.WorkspaceName;
import org.securebackend.runner.outputs.FileOutputs;
import org.securebackend.runner.outputs.Outputs;
import org.securebackend.runner.outputs.OutputsSettings;
import org.securebackend.runner.outputs.log.Secrets;
import org.securebackend.runner.pipeline.DataKind;
import org.securebackend.runner.store.JobStore;
import org.securebackend.runner.store.SqliteJobStore;

/**
 * A scheduler on a real store and real storage, a scripted executor and a study in memory. Nothing
 * moves unless the test says so, but for programs that are told to end by themselves.
 */
final class Workbench implements AutoCloseable {
    static final Duration TROUBLE_PATIENCE = Duration.ofHours(1);
    static final ImageName IMAGE = new ImageName("registry.test/python:v1");

    final SettableClock clock = new SettableClock(TestJobs.T0.plusSeconds(60));
    final ScriptedExecutor executor = new ScriptedExecutor(clock);
    final MemoryStudy study = new MemoryStudy();
    final StepQueue steps = new StepQueue();
    final Hooked<JobStore> store;
    final Hooked<Outputs> outputs;
    final Hooked<Executor> engine;

    private final Path folder;
    private final SqliteJobStore saved;
    private TimeLimit timeLimit = TimeLimit.NONE;
    private Scheduler.Delays delays =
            new Scheduler.Delays(Duration.ZERO, new KeepingTime(Duration.ofDays(7)));
    private Scheduler scheduler;
    private HostDisks disks = HostDisks.UNWATCHED;
    private AutoCloseable watch = () -> {};

    Workbench(Path folder) {
        this.folder = folder;
        saved = SqliteJobStore.createOrMigrate(folder.resolve("work"));
        store = new Hooked<>(JobStore.class, saved);
        engine = new Hooked<>(Executor.class, executor);
        try {
            Files.createDirectories(folder.resolve("high"));
            Files.createDirectories(folder.resolve("medium"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var settings =
                OutputsSettings.standard(
                        folder.resolve("high"), folder.resolve("medium"), Secrets.of(List.of()));
        outputs =
                new Hooked<>(
                        Outputs.class, new FileOutputs(settings, new StoredRecords(saved), clock));
        executor.addImage(IMAGE);
        scheduler = newScheduler();
        begin();
    }

    private Scheduler newScheduler() {
        var environment =
                new JobEnvironment(
                        DataKind.REAL,
                        Map.of(),
                        Map.of(),
                        Map.of(),
                        Map.of(
                                "default",
                                new JobEnvironment.Database(
                                        "mssql://db/x", new DatabaseAddress("db"))));
        var heavy = new Capacity.Weight(new WorkspaceName("w"), Pattern.compile("heavy.*"), 4);
        return new Scheduler(
                store.port(),
                new Steps(
                        new Steps.Tools(engine.port(), study, outputs.port(), store.port(), clock),
                        new Steps.Settings(
                                "registry.test",
                                2,
                                Duration.ofSeconds(1),
                                environment,
                                new Steps.Storage(disks, Optional.of(archived())))),
                new Scheduler.Settings(
                        new Capacity(4, 2, List.of(heavy)),
                        DataKind.REAL,
                        new Patience(
                                Duration.ofSeconds(1),
                                Duration.ofMinutes(1),
                                new SplittableRandom(7)),
                        new StepLimits(TROUBLE_PATIENCE, Duration.ZERO, Duration.ZERO, timeLimit),
                        delays),
                new Scheduler.Surroundings(clock, steps),
                () -> {});
    }

    private void begin() {
        scheduler.begin();
        watch = executor.watch(scheduler);
    }

    private ArchivedWorkspaces archived() {
        return new ArchivedWorkspaces(
                folder.resolve("high/workspaces"), folder.resolve("high/archives"));
    }

    /** From the next {@link #crash} on, so many bytes more are wanted than there are. */
    void needFreeSpace(long bytes) {
        disks = new HostDisks(List.of(folder.resolve("high")), bytes);
    }

    /** From the next start of the process on. */
    void delays(Scheduler.Delays different) {
        delays = different;
        crash();
        tick();
    }

    Scheduler scheduler() {
        return scheduler;
    }

    JobStore saved() {
        return saved;
    }

    /** The process dies, with all that its threads were doing, and another one starts. */
    void crash() {
        steps.drop();
        try {
            watch.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        scheduler = newScheduler();
        begin();
    }

    /** No program may run longer, from the next start of the process on. */
    Workbench limitTime(TimeLimit limit) {
        timeLimit = limit;
        return this;
    }

    /** Every program leaves its output and ends with {@code exitCode} as soon as it runs. */
    Workbench programsEndWith(int exitCode) {
        executor.whenStarted(program -> {
            leaveOutput(program);
            executor.finish(program.job(), Exit.of(exitCode));
        });
        return this;
    }

    /** Every program leaves its output and goes on. */
    Workbench programsRun() {
        executor.whenStarted(this::leaveOutput);
        return this;
    }

    private void leaveOutput(ProgramSpec program) {
        executor.leave(program.job(), "output/" + program.action() + ".csv", "a\n1\n");
    }

    void submit(Job... jobs) {
        submitUnheard(jobs);
        scheduler.jobsAdded(List.of(jobs));
        scheduler.tick();
    }

    void submitUnheard(Job... jobs) {
        String workspace = jobs[0].work().workspace().value();
        String[] actions =
                Arrays.stream(jobs)
                        .map(job -> job.definition().action().value())
                        .toArray(String[]::new);
        saved.add(TestJobs.request(workspace, workspace, actions), List.of(jobs));
    }

    void order(JobId job, StopReason why) {
        saved.orderStop(job, why, clock.instant());
        scheduler.ordersGiven();
    }

    void cancel(JobId job) {
        order(job, StopReason.CANCELLED_BY_USER);
        tick();
    }

    void flag(String name, String value) {
        saved.setFlag(name, Optional.of(value).filter(text -> !text.isEmpty()), clock.instant());
        scheduler.storeChanged();
        tick();
    }

    void tick() {
        scheduler.tick();
    }

    void later(Duration time) {
        clock.advance(time);
        tick();
    }

    /** Runs one held step and what comes of it. */
    void step() {
        if (!steps.runOne()) {
            throw new IllegalStateException("no step is held");
        }
        tick();
    }

    /** Lets all steps go, now and from now on. */
    void release() {
        steps.release();
        tick();
    }

    Job job(JobId id) {
        return saved.job(id).orElseThrow();
    }

    JobState state(JobId id) {
        return job(id).state();
    }

    String message(JobId id) {
        return StatusText.of(job(id), StatusText.DatabaseAccess.NONE);
    }

    static JobId id(String workspace, String action) {
        return JobId.of(new RequestId(workspace), action);
    }

    Optional<String> high(String path) {
        Path file = folder.resolve("high").resolve(path);
        try {
            return Files.isRegularFile(file)
                    ? Optional.of(Files.readString(file, UTF_8))
                    : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean hasLog(JobId job) {
        return !logs(folder.resolve("high"), job).isEmpty();
    }

    private static List<Path> logs(Path base, JobId job) {
        try (var walk = Files.walk(base)) {
            return walk.filter(file -> file.endsWith("os-job-" + job + "/logs.txt")).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether nothing is left of any program or workspace, and the store knows it. */
    boolean isTidy() {
        return executor.survey().isEmpty() && saved.untidyJobs().isEmpty();
    }

    long starts(JobId job) {
        return executor.starts().stream().filter(start -> start.job().equals(job)).count();
    }

    @Override
    public void close() {
        saved.close();
    }
}

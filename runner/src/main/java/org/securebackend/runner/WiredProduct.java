package org.securebackend.runner;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.securebackend.runner.cli.CommandFailedException;
import org.securebackend.runner.cli.ExitCodes;
import org.securebackend.runner.cli.Product;
import org.securebackend.runner.config.RunnerConfig;
import org.securebackend.runner.docker.DockerExecutor;
import org.securebackend.runner.doctor.Finding;
import org.securebackend.runner.executor.Execution;
import org.securebackend.runner.housekeeping.Journal;
import org.securebackend.runner.housekeeping.StoredRecords;
import org.securebackend.runner.job.FaultPoints;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.JobRequest;
import org.securebackend.runner.job.WorkspaceName;
import org.securebackend.runner.outputs.ManifestRebuild;
import org.securebackend.runner.source.GitStudySource;
import org.securebackend.runner.source.StudySource;
import org.securebackend.runner.store.JobStore;
import org.securebackend.runner.store.SqliteJobStore;
import org.securebackend.runner.store.SqliteJobStore.Migration;
import org.securebackend.runner.store.StoreDoorbell;
import org.securebackend.runner.store.WorkdirLock;
import org.securebackend.runner.store.v2.V2Progress;
import org.securebackend.runner.store.v2.V2Report;
import org.securebackend.runner.sync.Intake;

/** What commands need, made of the real rooms. */
final class WiredProduct implements Product {
    static final String DATABASE = "runner.sqlite";
    private static final Duration PERSONS_PATIENCE = Duration.ofSeconds(10);

    private final FaultPoints faults;

    WiredProduct() {
        this(FaultPoints.NONE);
    }

    /** With places where a test breaks things. */
    WiredProduct(FaultPoints faults) {
        this.faults = faults;
    }

    @Override
    public Daemon serve(RunnerConfig config) {
        AppSettings settings = ConfiguredSettings.of(config);
        LogSetup.apply(config.log());
        makeStorage(config);
        return RunnerApp.start(settings, faults);
    }

    private static void makeStorage(RunnerConfig config) {
        try {
            Files.createDirectories(config.storage().high());
            Files.createDirectories(config.storage().medium());
            Files.createDirectories(config.storage().volumes());
        } catch (IOException e) {
            throw new UncheckedIOException("the storage folders cannot be made", e);
        }
    }

    @Override
    public JobStore openStore(RunnerConfig config) {
        return existingStore(config);
    }

    private static SqliteJobStore existingStore(RunnerConfig config) {
        Path workDirectory = config.backend().workDirectory();
        if (Files.notExists(workDirectory.resolve(DATABASE))) {
            throw new CommandFailedException(
                    ExitCodes.UNREACHABLE,
                    "there is no database in %s yet: start the daemon first (runner serve), or name its work directory (backend.work_directory, WORKDIR)"
                            .formatted(workDirectory));
        }
        return SqliteJobStore.openExisting(workDirectory);
    }

    @Override
    public Migration migrate(RunnerConfig config) {
        Path workDirectory = config.backend().workDirectory();
        try {
            Files.createDirectories(workDirectory);
        } catch (IOException e) {
            throw new UncheckedIOException("the work directory cannot be made", e);
        }
        try (var _ = WorkdirLock.take(workDirectory, ProcessHandle.current().pid())) {
            return SqliteJobStore.migrate(workDirectory);
        }
    }

    @Override
    public void ring(RunnerConfig config) {
        new StoreDoorbell(config.backend().workDirectory()).ring();
    }

    @Override
    public boolean hasDaemon(RunnerConfig config) {
        return WorkdirLock.holder(config.backend().workDirectory()).isPresent();
    }

    @Override
    public Execution program(RunnerConfig config, JobId job) {
        try (var executor = impatientExecutor(config)) {
            return executor.inspect(job);
        }
    }

    @Override
    public Map<JobId, Execution> programs(RunnerConfig config) {
        try (var executor = impatientExecutor(config)) {
            return executor.survey();
        }
    }

    /** For a person who waits for an answer. */
    private static DockerExecutor impatientExecutor(RunnerConfig config) {
        return new DockerExecutor(
                ConfiguredSettings.partsOf(config).docker().impatient(PERSONS_PATIENCE));
    }

    private static DockerExecutor executor(RunnerConfig config) {
        return new DockerExecutor(ConfiguredSettings.partsOf(config).docker());
    }

    @Override
    public void standIn(RunnerConfig config, Duration patience) throws InterruptedException {
        LogSetup.apply(config.log());
        StandIn.run(ConfiguredSettings.partsOf(config), patience);
    }

    @Override
    public List<Job> add(RunnerConfig config, NewRequest request) {
        ConfiguredSettings settings = ConfiguredSettings.partsOf(config);
        Path workDirectory = config.backend().workDirectory();
        try (var store = SqliteJobStore.createOrOpen(workDirectory);
                var executor = new DockerExecutor(settings.docker())) {
            var source = new GitStudySource(settings.study().source());
            var intake =
                    RunnerApp.intake(
                            settings.study(),
                            config.containers().registry(),
                            new Intake.Tools(source, store, executor, Clock.systemUTC()));
            List<Job> jobs = intake.take(withCommit(request, source));
            new StoreDoorbell(workDirectory).ring();
            return jobs;
        }
    }

    private static JobRequest withCommit(NewRequest request, StudySource source) {
        JobRequest template = request.template();
        String commit =
                request.commit()
                        .orElseGet(() ->
                                source.head(template.repositoryUrl(), template.branch()).value());
        return template.at(commit);
    }

    @Override
    public List<Finding> examine(RunnerConfig config) throws InterruptedException {
        try (var examination = new HostExamination(config)) {
            return examination.findings();
        }
    }

    @Override
    public House openHouse(RunnerConfig config) {
        return new WiredHouse(config, openStore(config));
    }

    @Override
    public void backUp(RunnerConfig config, Path file) {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new CommandFailedException(
                    ExitCodes.NO, "%s is there already: nothing was written".formatted(file));
        }
        try (SqliteJobStore store = existingStore(config)) {
            store.backup(file);
        }
    }

    @Override
    public V2Report takeOver(RunnerConfig config, Takeover wish, Consumer<V2Progress> watcher) {
        return new TakingOver(config, watcher).run(wish);
    }

    @Override
    public void rebuildManifests(
            RunnerConfig config, List<String> workspaces, Consumer<RebuiltManifest> news)
            throws IOException {
        SameUser.require(config.backend().workDirectory());
        try (JobStore store = openStore(config)) {
            var rebuild =
                    new ManifestRebuild(
                            ConfiguredSettings.partsOf(config).outputs(),
                            new StoredRecords(store),
                            Clock.systemUTC());
            SortedSet<String> known = new TreeSet<>();
            store.workspacesWithFiles().forEach(workspace -> known.add(workspace.value()));
            rebuild.workspaces().forEach(workspace -> known.add(workspace.value()));
            for (String workspace : workspaces) {
                if (!known.contains(workspace)) {
                    throw new CommandFailedException(
                            ExitCodes.NO,
                            "no workspace %s has files; those that have: %s"
                                    .formatted(workspace, String.join(", ", known)));
                }
            }
            for (String workspace : workspaces.isEmpty() ? known : workspaces) {
                var name = new WorkspaceName(workspace);
                news.accept(rebuilt(name, rebuild.rebuild(name)));
            }
        }
    }

    private static RebuiltManifest rebuilt(WorkspaceName workspace, ManifestRebuild.Rebuilt what) {
        return switch (what) {
            case ManifestRebuild.Rebuilt.Busy(var job) ->
                    new RebuiltManifest(
                            workspace, Optional.of(job), List.of(), List.of(), List.of(), 0);
            case ManifestRebuild.Rebuilt.Done(var added, var changed, var removed, var kept) ->
                    new RebuiltManifest(workspace, Optional.empty(), added, changed, removed, kept);
        };
    }

    @Override
    public List<Journal.Entry> lastHousekeeping(RunnerConfig config) throws IOException {
        return new Journal(config.backend().workDirectory()).entries();
    }

    /** Looks through the months, the newest first. */
    @Override
    public Optional<Path> logFile(RunnerConfig config, JobId job) {
        Path logs = config.storage().high().resolve("logs");
        if (!Files.isDirectory(logs)) {
            return Optional.empty();
        }
        try (var months = Files.list(logs)) {
            return months.sorted(Comparator.reverseOrder())
                    .map(month -> month.resolve("os-job-" + job).resolve("logs.txt"))
                    .filter(Files::isRegularFile)
                    .findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException("logs cannot be listed", e);
        }
    }

    @Override
    public void copyLog(RunnerConfig config, JobId job, Following following, OutputStream sink)
            throws IOException {
        try (var executor = executor(config)) {
            switch (following) {
                case NOW -> executor.copyLog(job, sink);
                case UNTIL_END -> executor.followLog(job, sink);
            }
        }
    }
}

package org.securebackend.runner;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.securebackend.runner.cli.Product;
import org.securebackend.runner.config.ConfigFile;
import org.securebackend.runner.config.ConfigReading;
import org.securebackend.runner.devserver.DevServer;
import org.securebackend.runner.devserver.DevServerSettings;
import org.securebackend.runner.devserver.NewRequest;
import org.securebackend.runner.devserver.RequestRecord;
import org.securebackend.runner.docker.ContainerUser;
import org.securebackend.runner.docker.DockerSettings;
import org.securebackend.runner.docker.ProgramLimits;
import org.securebackend.runner.docker.PullPolicy;
import org.securebackend.runner.docker.StandInImages;
import org.securebackend.runner.docker.WorkspacePlace;
import org.securebackend.runner.housekeeping.Housekeeper;
import org.securebackend.runner.housekeeping.Keeping;
import org.securebackend.runner.job.KeepingTime;
import org.securebackend.runner.outputs.OutputsSettings;
import org.securebackend.runner.outputs.log.Secrets;
import org.securebackend.runner.pipeline.DataKind;
import org.securebackend.runner.scheduler.Capacity;
import org.securebackend.runner.scheduler.JobEnvironment;
import org.securebackend.runner.scheduler.Patience;
import org.securebackend.runner.scheduler.Scheduler;
import org.securebackend.runner.scheduler.StepLimits;
import org.securebackend.runner.scheduler.Steps;
import org.securebackend.runner.server.JobServerSettings;
import org.securebackend.runner.server.ServerToken;
import org.securebackend.runner.source.SourceSettings;
import org.securebackend.runner.source.TestRepository;
import org.securebackend.runner.sync.RequestChecks;

/**
 * A whole backend in a temporary folder: real repositories, a job server on loopback, and the
 * daemon on the real engine. The daemon can be stopped and started again.
 */
final class TestBackend implements AutoCloseable {
    static final String BACKEND = "emis";
    static final String TOKEN = "0123456789abcdef0123456789abcdef01234567";
    static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Path home;
    private final DevServer server;
    private final String instance = "test-" + UUID.randomUUID();
    private Optional<Product.Daemon> app = Optional.empty();

    TestBackend(Path home) {
        this.home = home;
        StandInImages.python();
        try {
            for (String folder :
                    List.of(
                            "git/opensafely",
                            "git/opensafely-actions",
                            "high/workspaces",
                            "medium/workspaces",
                            "work")) {
                Files.createDirectories(home.resolve(folder));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server =
                new DevServer(
                                DevServerSettings.onLoopback(
                                        new DevServerSettings.Backend(BACKEND, TOKEN)),
                                (_, _) -> Optional.empty(),
                                InstantSource.system())
                        .start();
    }

    DevServer server() {
        return server;
    }

    Path high(String path) {
        return home.resolve("high").resolve(path);
    }

    Path medium(String path) {
        return home.resolve("medium").resolve(path);
    }

    Path work() {
        return home.resolve("work");
    }

    String instance() {
        return instance;
    }

    /** A study repository that the daemon knows as one of {@code github.com/opensafely}. */
    TestRepository study(String name) {
        return TestRepository.create(home.resolve("git/opensafely"), name);
    }

    TestRepository reusableAction(String name) {
        return TestRepository.create(home.resolve("git/opensafely-actions"), name);
    }

    static NewRequest.Study at(String name, String commit, String workspace) {
        return new NewRequest.Study(
                "https://github.com/opensafely/" + name, "main", commit, workspace);
    }

    /** Where repositories lie, as below {@code https://github.com/}. */
    Path git() {
        return home.resolve("git");
    }

    /** The study's commit with this project.yaml. */
    String study(String name, String project) {
        TestRepository repository = study(name);
        String commit = repository.write("project.yaml", project).commit();
        repository.push("main");
        return commit;
    }

    /** The settings of this backend as environment variables, as its operators give them. */
    Map<String, String> environment() {
        var environment = new LinkedHashMap<String, String>();
        environment.put("BACKEND", BACKEND);
        environment.put("USING_DUMMY_DATA_BACKEND", "true");
        environment.put("JOB_SERVER_ENDPOINT", server.endpoint().toString());
        environment.put("JOB_SERVER_TOKEN", TOKEN);
        environment.put("WORKDIR", work().toString());
        environment.put("HIGH_PRIVACY_STORAGE_BASE", home.resolve("high").toString());
        environment.put("MEDIUM_PRIVACY_STORAGE_BASE", home.resolve("medium").toString());
        environment.put("LOCAL_VOLUME_API", "bind");
        environment.put("DOCKER_REGISTRY", StandInImages.PREFIX);
        environment.put("MAX_WORKERS", "4");
        environment.put("POLL_INTERVAL", "0.1");
        environment.put("GIT_URL_REWRITE", "https://github.com/=file://" + git() + "/");
        environment.put("RUNNER_CONTAINERS_INSTANCE", instance);
        return environment;
    }

    /** Starts the daemon in this process with these settings instead of the usual ones. */
    TestBackend startWith(Map<String, String> different) {
        var environment = new LinkedHashMap<>(environment());
        environment.putAll(different);
        ConfigReading reading = ConfigFile.read(Optional.empty(), environment);
        if (!(reading instanceof ConfigReading.Valid(var config, _))) {
            throw new IllegalArgumentException(reading.toString());
        }
        app = Optional.of(new WiredProduct().serve(config));
        return this;
    }

    /** Starts the daemon as a process of its own, with these settings added. */
    DaemonProcess startProcess(Map<String, String> different) {
        var environment = new LinkedHashMap<>(environment());
        environment.putAll(different);
        return DaemonProcess.start(environment, "serve");
    }

    TestBackend start() {
        app = Optional.of(RunnerApp.start(settings()));
        return this;
    }

    void stop() {
        app.ifPresent(Product.Daemon::close);
        app = Optional.empty();
    }

    RequestRecord submit(NewRequest wish) {
        return server.submit(wish);
    }

    /** Waits until the server sees the request so. */
    RequestRecord await(String request, Predicate<RequestRecord> condition)
            throws InterruptedException {
        // A finished request does not change any more: no need to wait for what did not happen.
        return server.await(request, condition.or(RequestRecord::isFinished), PATIENCE)
                .filter(condition)
                .orElseThrow(() ->
                        new AssertionError(
                                "not in time, or not so: "
                                        + server.request(request).orElseThrow()));
    }

    RequestRecord awaitEnd(String request) throws InterruptedException {
        return await(request, RequestRecord::isFinished);
    }

    AppSettings settings() {
        var data = DataKind.DUMMY;
        var environment =
                new JobEnvironment(
                        data, Map.of("OPENSAFELY_BACKEND", BACKEND), Map.of(), Map.of(), Map.of());
        return new AppSettings(
                work(),
                JobServerSettings.of(server.endpoint(), new ServerToken(TOKEN), BACKEND, data),
                new AppSettings.Study(source(), new RequestChecks(data, List.of()), data),
                new AppSettings.Programs(
                        docker(),
                        new Steps.Settings(
                                StandInImages.PREFIX, 4, Duration.ofSeconds(2), environment)),
                new Scheduler.Settings(
                        new Capacity(4, 4, List.of()),
                        data,
                        new Patience(
                                Duration.ofMillis(100),
                                Duration.ofSeconds(1),
                                new SplittableRandom(1)),
                        StepLimits.USUAL,
                        new Scheduler.Delays(Duration.ZERO, new KeepingTime(Duration.ofDays(7)))),
                OutputsSettings.standard(
                        home.resolve("high"), home.resolve("medium"), Secrets.of(List.of(TOKEN))),
                new AppSettings.Housekeeping(
                        new Keeping(Duration.ofDays(30), Optional.empty(), Duration.ZERO),
                        new Housekeeper.Schedule(LocalTime.of(3, 30), ZoneOffset.UTC),
                        Optional.empty()),
                new AppSettings.Timing(
                        Duration.ofMillis(100),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        Duration.ofMinutes(1)));
    }

    private SourceSettings source() {
        return new SourceSettings(
                work().resolve("repos"),
                List.of("opensafely"),
                SourceSettings.Actions.DEFAULT,
                List.of(
                        new SourceSettings.Rewrite(
                                "https://github.com/", "file://" + home.resolve("git") + "/")),
                Optional.empty(),
                SourceSettings.LocalRepositories.REFUSED,
                SourceSettings.Timeouts.DEFAULT,
                SourceSettings.Limits.DEFAULT);
    }

    private DockerSettings docker() {
        return new DockerSettings(
                DockerSettings.DEFAULT_ENGINE,
                Duration.ofSeconds(60),
                WorkspacePlace.at(home.resolve("high/volumes")),
                ContainerUser.ofThisProcess(),
                ProgramLimits.DEFAULT,
                Optional.empty(),
                PullPolicy.NEVER,
                instance);
    }

    static String resource(String name) {
        try (var stream = TestBackend.class.getResourceAsStream(name)) {
            if (stream == null) {
                throw new IllegalArgumentException("no resource " + name);
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<String> files(Path folder) {
        var files = new ArrayList<String>();
        try {
            Files.walkFileTree(
                    folder,
                    new SimpleFileVisitor<>() {
                        @Override
                        public FileVisitResult visitFile(
                                Path file, BasicFileAttributes attributes) {
                            if (attributes.isRegularFile()) {
                                files.add(folder.relativize(file).toString());
                            }
                            return FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult visitFileFailed(Path file, IOException failure)
                                throws IOException {
                            if (failure instanceof NoSuchFileException) {
                                return FileVisitResult.CONTINUE;
                            }
                            throw failure;
                        }

                        @Override
                        public FileVisitResult postVisitDirectory(
                                Path directory, @Nullable IOException failure) throws IOException {
                            if (failure == null || failure instanceof NoSuchFileException) {
                                return FileVisitResult.CONTINUE;
                            }
                            throw failure;
                        }
                    });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files.stream().sorted().toList();
    }

    static List<String> statuses(Collection<RequestRecord> requests) {
        return requests.stream().map(RequestRecord::status).toList();
    }

    /** Leaves no containers and volumes behind, whatever became of the test. */
    @Override
    public void close() {
        stop();
        server.close();
        for (String container : Commands.containersOf(instance)) {
            Commands.attempt("docker", "rm", "--force", container);
        }
        for (String volume : Commands.volumesOf(instance)) {
            Commands.attempt("docker", "volume", "rm", volume);
        }
    }
}

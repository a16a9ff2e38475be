package org.securebackend.runner.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.securebackend.runner.devserver.DevServer;
import org.securebackend.runner.devserver.DevServerSettings;
import org.securebackend.runner.devserver.NewRequest;
import org.securebackend.runner.devserver.RequestRecord;
import org.securebackend.runner.docker.StandInImages;
import org.securebackend.runner.source.TestRepository;

/** The daemon as it is shipped, in a process of its own, beside a job server and repositories. */
final class BenchBackend implements AutoCloseable {
    static final String BACKEND = "bench";
    private static final String TOKEN = "0123456789abcdef0123456789abcdef01234567";
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Path home;
    private final DevServer server;
    private final ProcessBuilder command;
    private Process daemon;
    private int studies;

    /**
     * @param workers how many jobs run at a time
     * @param pollSeconds between two polls
     */
    BenchBackend(int workers, double pollSeconds) throws IOException, InterruptedException {
        StandInImages.python();
        home = Files.createTempDirectory("bench-");
        for (String folder : List.of("git/opensafely", "high", "medium", "work")) {
            Files.createDirectories(home.resolve(folder));
        }
        server =
                new DevServer(
                                DevServerSettings.onLoopback(
                                        new DevServerSettings.Backend(BACKEND, TOKEN)),
                                (_, _) -> Optional.empty(),
                                InstantSource.system())
                        .start();
        command =
                new ProcessBuilder(Path.of("..", "scripts", "runner").toString(), "serve")
                        .redirectErrorStream(true)
                        .redirectOutput(
                                ProcessBuilder.Redirect.appendTo(
                                        home.resolve("daemon.log").toFile()));
        command.environment()
                .putAll(
                        Map.ofEntries(
                                Map.entry("BACKEND", BACKEND),
                                Map.entry("USING_DUMMY_DATA_BACKEND", "true"),
                                Map.entry("JOB_SERVER_ENDPOINT", server.endpoint().toString()),
                                Map.entry("JOB_SERVER_TOKEN", TOKEN),
                                Map.entry("WORKDIR", home.resolve("work").toString()),
                                Map.entry(
                                        "HIGH_PRIVACY_STORAGE_BASE",
                                        home.resolve("high").toString()),
                                Map.entry(
                                        "MEDIUM_PRIVACY_STORAGE_BASE",
                                        home.resolve("medium").toString()),
                                Map.entry("LOCAL_VOLUME_API", "bind"),
                                Map.entry("DOCKER_REGISTRY", StandInImages.PREFIX),
                                Map.entry("MAX_WORKERS", Integer.toString(workers)),
                                Map.entry("POLL_INTERVAL", Double.toString(pollSeconds)),
                                Map.entry(
                                        "GIT_URL_REWRITE",
                                        "https://github.com/=file://"
                                                + home.resolve("git")
                                                + "/")));
        daemon = command.start();
        awaitPollAfter(Instant.MIN);
    }

    /**
     * Kills the daemon and starts another one.
     *
     * @return how long that took from its start to its first poll
     */
    Duration killAndRestart() throws IOException, InterruptedException {
        daemon.destroyForcibly().waitFor();
        Instant start = Instant.now();
        daemon = command.start();
        awaitPollAfter(start);
        return Duration.between(start, Instant.now());
    }

    private void awaitPollAfter(Instant start) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (server.lastSeen(BACKEND).filter(start::isBefore).isEmpty()) {
            if (System.nanoTime() > deadline || !daemon.isAlive()) {
                throw new IllegalStateException(
                        "the daemon does not poll; see " + home.resolve("daemon.log"));
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    DevServer server() {
        return server;
    }

    Path home() {
        return home;
    }

    long daemonPid() {
        // scripts/runner becomes the program itself.
        return daemon.pid();
    }

    /** What the daemon has used of the processors so far. */
    Duration processorTime() {
        return daemon.info()
                .totalCpuDuration()
                .orElseThrow(() -> new IllegalStateException("the daemon is gone"));
    }

    /** A study of these actions, each a line of YAML below {@code actions:}. */
    NewRequest.Study study(String actions) {
        String name = "study" + studies++;
        TestRepository repository = TestRepository.create(home.resolve("git/opensafely"), name);
        String commit =
                repository.write("project.yaml", "version: '4.0'\nactions:\n" + actions).commit();
        repository.push("main");
        return new NewRequest.Study("https://github.com/opensafely/" + name, "main", commit, name);
    }

    /** An action that runs {@code script} and leaves {@code output/NAME.csv}. */
    static String action(String name, String script) {
        return """
          %s:
            run: python:v2 sh -c 'mkdir -p output; %s; echo 1 >output/%s.csv'
            outputs:
              highly_sensitive:
                out: output/%s.csv
        """
                .formatted(name, script, name, name);
    }

    RequestRecord await(String request, Predicate<RequestRecord> condition)
            throws InterruptedException {
        return server.await(request, condition, PATIENCE)
                .filter(condition)
                .orElseThrow(() -> new IllegalStateException("not in time: " + request));
    }

    @Override
    public void close() throws IOException, InterruptedException {
        daemon.destroy();
        if (!daemon.waitFor(10, TimeUnit.SECONDS)) {
            daemon.destroyForcibly();
        }
        server.close();
        Files.copy(
                home.resolve("daemon.log"),
                Path.of("target", "bench-daemon.log"),
                StandardCopyOption.REPLACE_EXISTING);
        new ProcessBuilder("rm", "-rf", home.toString()).start().waitFor();
    }
}

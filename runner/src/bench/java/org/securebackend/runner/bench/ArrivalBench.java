package org.securebackend.runner.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.securebackend.runner.docker.ContainerUser;
import org.securebackend.runner.docker.DockerExecutor;
import org.securebackend.runner.docker.DockerSettings;
import org.securebackend.runner.docker.ProgramLimits;
import org.securebackend.runner.docker.PullPolicy;
import org.securebackend.runner.docker.StandInImages;
import org.securebackend.runner.docker.WorkspacePlace;
import org.securebackend.runner.job.JobRequest;
import org.securebackend.runner.job.RequestId;
import org.securebackend.runner.pipeline.DataKind;
import org.securebackend.runner.source.GitStudySource;
import org.securebackend.runner.source.SourceSettings;
import org.securebackend.runner.store.SqliteJobStore;
import org.securebackend.runner.sync.Intake;
import org.securebackend.runner.sync.RequestChecks;
import org.securebackend.runner.sync.SourceActionCommands;

/** From a request's arrival to all its jobs stored: FLUCATS, with a warm repository cache. */
final class ArrivalBench implements Bench.Benchmark {
    private static final int ROUNDS = 40;
    private static final double AIM_MILLIS = 50;

    @Override
    public List<Figure> run() throws Exception {
        Path home = Files.createTempDirectory("arrival-");
        Path git = home.resolve("git");
        StandInImages.python();
        run(Path.of("..", "demo", "make-repos").toString(), git.toString());
        String commit = head(git.resolve("opensafely/FLUCATS"));
        var millis = new ArrayList<Double>();
        try (var store = SqliteJobStore.createOrMigrate(home.resolve("work"));
                var executor = new DockerExecutor(docker(home))) {
            Intake intake = intake(source(home, git), store, executor);
            for (int i = 0; i < ROUNDS; i++) {
                long start = System.nanoTime();
                int jobs = intake.take(request(i, commit)).size();
                millis.add((System.nanoTime() - start) / 1e6);
                if (jobs != 5) {
                    throw new IllegalStateException("five jobs expected, not " + jobs);
                }
            }
        }
        double floor = Numbers.syncMillis(home, ROUNDS);
        run("rm", "-rf", home.toString());
        return List.of(
                Figure.lower(
                                "FLUCATS, warm cache: arrival to five jobs stored, median",
                                Numbers.median(millis.subList(ROUNDS / 2, ROUNDS)),
                                "ms")
                        .besideFloor(floor)
                        .aimingAt(AIM_MILLIS));
    }

    private static Intake intake(
            GitStudySource source, SqliteJobStore store, DockerExecutor executor) {
        return new Intake(
                new Intake.Tools(source, store, executor, Clock.systemUTC()),
                new SourceActionCommands(source, StandInImages.PREFIX, DataKind.DUMMY),
                new RequestChecks(DataKind.DUMMY, List.of()));
    }

    private static GitStudySource source(Path home, Path git) {
        return new GitStudySource(
                new SourceSettings(
                        home.resolve("repos"),
                        List.of("opensafely"),
                        SourceSettings.Actions.DEFAULT,
                        List.of(
                                new SourceSettings.Rewrite(
                                        "https://github.com/", "file://" + git + "/")),
                        Optional.empty(),
                        SourceSettings.LocalRepositories.REFUSED,
                        SourceSettings.Timeouts.DEFAULT,
                        SourceSettings.Limits.DEFAULT));
    }

    private static DockerSettings docker(Path home) {
        return new DockerSettings(
                DockerSettings.DEFAULT_ENGINE,
                Duration.ofSeconds(60),
                WorkspacePlace.at(home.resolve("volumes")),
                ContainerUser.ofThisProcess(),
                ProgramLimits.DEFAULT,
                Optional.empty(),
                PullPolicy.NEVER,
                "arrival-bench");
    }

    private static JobRequest request(int round, String commit) {
        return new JobRequest(
                new RequestId("round" + round),
                JobRequest.Origin.SERVER,
                "flucats" + round,
                "https://github.com/opensafely/FLUCATS",
                "main",
                commit,
                "default",
                List.of("generate_dataset_report"),
                List.of(),
                false,
                true,
                Optional.empty(),
                Instant.now(),
                "{}");
    }

    private static String head(Path repository) throws Exception {
        var process =
                new ProcessBuilder("git", "-C", repository.toString(), "rev-parse", "main").start();
        return new String(
                        process.getInputStream().readAllBytes(),
                        java.nio.charset.StandardCharsets.UTF_8)
                .strip();
    }

    private static void run(String... command) throws Exception {
        int exit = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (exit != 0) {
            throw new IllegalStateException(String.join(" ", command) + " failed: " + exit);
        }
    }
}

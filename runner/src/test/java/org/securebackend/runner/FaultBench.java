package org.securebackend.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.securebackend.runner.TestBackend.BACKEND;
import static org.securebackend.runner.TestBackend.at;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.securebackend.runner.devserver.NewRequest;
import org.securebackend.runner.devserver.ReportedJob;
import org.securebackend.runner.devserver.RequestRecord;
import org.securebackend.runner.job.EffectPoint;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.RequestId;
import org.securebackend.runner.source.GitHttpServer;
import org.securebackend.runner.source.TestRepository;
import org.securebackend.runner.store.SqliteJobStore;

/**
 * A backend of which everything can be broken: an engine of its own, a small disk with all files,
 * and gates before the job server, the engine and the host of the code. The daemon is a process of
 * its own that stops at armed points. What became of a request is compared with what becomes of it
 * when nothing is broken.
 */
final class FaultBench implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final int DISK_MEGABYTES = 64;
    private static final Duration A_WHILE = Duration.ofSeconds(2);
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(4);
    private static final Duration LONGER_THAN_THE_STORE_WAITS = Duration.ofSeconds(7);

    private static final String PROJECT =
            """
            version: '4.0'
            actions:
              first:
                run: >
                  python:v2 sh -c 'mkdir -p output; for i in 1 2 3 4 5; do echo a,$i >output/many$i.csv;
                  done; echo a,b >output/raw.csv; echo done'
                outputs:
                  highly_sensitive:
                    raw: output/raw.csv
                  moderately_sensitive:
                    many: output/many*.csv
              second:
                run: python:v2 sh -c 'cat output/raw.csv output/many3.csv >output/table.csv'
                needs: [first]
                outputs:
                  moderately_sensitive:
                    table: output/table.csv
              slow:
                run: python:v2 sh -c 'mkdir -p output; sleep 3; echo 1 >output/slow.csv'
                outputs:
                  moderately_sensitive:
                    table: output/slow.csv
              stubborn:
                run: python:v2 sh -c 'trap "" TERM; echo ready; while true; do sleep 1; done'
                outputs:
                  moderately_sensitive:
                    table: output/never.csv
            """;

    private final Path home;
    private final SmallDisk disk;
    private final OwnEngine engine;
    private final TestBackend backend;
    private final TestRepository study;
    private final GitHttpServer git;
    private final FaultyDoor door;
    private final Gate serverGate;
    private final Gate engineGate;
    private final Gate gitGate;
    private final BreakingPoints points;
    private final Map<Story, Ending> calm = new EnumMap<>(Story.class);
    private String commit;
    private DaemonProcess daemon;
    private int cells;

    /** What happens in the daemon while something breaks. */
    enum Story {
        /** Two jobs, one of which needs the other's outputs. */
        RUN("second", 2),
        /** A job is looked for while it runs, since the engine was out of reach for a moment. */
        FIND("slow", 1),
        /** A job is cancelled while it runs. */
        CANCEL("stubborn", 1);

        private final String action;
        private final int programs;

        Story(String action, int programs) {
            this.action = action;
            this.programs = programs;
        }

        /** The story that comes to {@code point}. */
        static Story with(EffectPoint point) {
            return switch (point) {
                case FIND_BEGUN, PROGRAM_FOUND -> FIND;
                case STOP_BEGUN, PROGRAM_STOPPED, STOP_DONE, SAVED_STOPPING, SAVED_FAILED -> CANCEL;
                case REQUEST_TAKEN,
                        REQUEST_PLANNED,
                        REQUEST_SAVED,
                        PREPARE_BEGUN,
                        CODE_WRITTEN,
                        WORKSPACE_READY,
                        START_BEGUN,
                        PROGRAM_STARTED,
                        COLLECT_BEGUN,
                        OUTPUTS_COPIED,
                        RESULTS_SAVED,
                        PUBLISH_BEGUN,
                        OUTPUTS_IN_PLACE,
                        LOG_SAVED,
                        TIDY_BEGUN,
                        LEFTOVERS_REMOVED,
                        SAVED_WAITING,
                        SAVED_PREPARING,
                        SAVED_PREPARED,
                        SAVED_EXECUTING,
                        SAVED_EXECUTED,
                        SAVED_COLLECTING,
                        SAVED_PUBLISHING,
                        SAVED_SUCCEEDED,
                        REPORT_TAKEN ->
                        RUN;
            };
        }
    }

    /** What became of a request: what the server was told, and the files, but for what differs. */
    record Ending(List<String> jobs, SortedMap<String, String> files) {}

    /** All that is needed for one is there. */
    static String hindrance(Path home) {
        if (!OwnEngine.hindrance().isEmpty()) {
            return OwnEngine.hindrance();
        }
        return SmallDisk.canBeMountedAt(home) ? "" : "this host lets nobody mount a file system";
    }

    FaultBench(Path home, Path control) throws IOException, InterruptedException {
        this.home = home;
        disk = SmallDisk.at(home, DISK_MEGABYTES);
        engine = OwnEngine.start();
        backend = new TestBackend(home);
        study = backend.study("study");
        commit = study.write("project.yaml", PROJECT).commit();
        study.push("main");
        git = new GitHttpServer(backend.git().resolve("opensafely"));
        door = new FaultyDoor(backend.server().endpoint());
        serverGate = Gate.toLoopback(URI.create(door.endpoint()).getPort());
        engineGate = new Gate(UnixDomainSocketAddress.of(engine.socket()));
        gitGate = Gate.toLoopback(URI.create(git.url()).getPort());
        points = new BreakingPoints(control);
        daemon = startDaemon();
        try {
            tellCalmStories();
        } catch (AssertionError | RuntimeException | IOException | InterruptedException e) {
            close();
            throw e;
        }
    }

    private void tellCalmStories() throws IOException, InterruptedException {
        for (Story story : Story.values()) {
            String workspace = "calm-" + story.name().toLowerCase(java.util.Locale.ROOT);
            String request = ask(story, workspace);
            play(story, request);
            calm.put(story, ending(workspace, backend.awaitEnd(request)));
            requireTidy();
        }
    }

    /** Not on the small disk: what a program does without space is its own. */
    private Path volumes() {
        return points.folder().resolve("volumes");
    }

    private DaemonProcess startDaemon() throws InterruptedException {
        var environment = new HashMap<>(backend.environment());
        environment.put(BreakableMain.FOLDER, points.folder().toString());
        environment.put(
                "JOB_SERVER_ENDPOINT",
                "http://127.0.0.1:" + serverGate.port() + URI.create(door.endpoint()).getPath());
        environment.put("RUNNER_CONTAINERS_ENGINE", "tcp://127.0.0.1:" + engineGate.port());
        environment.put(
                "GIT_URL_REWRITE",
                "https://github.com/opensafely/=http://127.0.0.1:" + gitGate.port() + "/");
        environment.put("HIGH_PRIVACY_VOLUME_DIR", volumes().toString());
        environment.put("RUNNER_CONTAINERS_CALL_TIMEOUT", CALL_TIMEOUT.toSeconds() + "s");
        environment.put("RUNNER_JOBS_STOP_GRACE", "300ms");
        environment.put("RUNNER_JOB_SERVER_ANSWER_TIMEOUT", "3s");
        environment.put("RUNNER_STORAGE_RESERVED_SPACE", "1m");
        DaemonProcess started = DaemonProcess.startBreakable(environment, "serve").ready();
        started.awaitLine(line -> line.contains("Following the Docker engine's"));
        return started;
    }

    /** The points that daemons have come to so far. */
    BreakingPoints points() {
        return points;
    }

    /** Breaks one thing at one point, heals it, and requires that all ends as if it had not. */
    void check(EffectPoint point, Fault fault) throws IOException, InterruptedException {
        Story story = Story.with(point);
        String workspace = "w" + ++cells;
        int startsBefore = engine.starts();
        int reportsBefore = door.reports().size();
        if (fault == Fault.GIT_GONE) {
            // What was fetched before would not be fetched again.
            commit = study.write("code.txt", workspace).commit();
            study.push("main");
        }
        try {
            points.arm(point);
            String request = ask(story, workspace);
            play(story, request);
            points.awaitReached(point);
            breakAndHeal(fault, request);
            RequestRecord end = backend.awaitEnd(request);

            Ending expected = calm.get(story);
            assertThat(ending(workspace, end)).as(daemon.output()).isEqualTo(expected);
            requireTidy();
            assertThat(engine.starts() - startsBefore)
                    .as("programs that were started%n%s", daemon.output())
                    .isEqualTo(story.programs);
            if (fault == Fault.SERVER_SILENT) {
                awaitHealed(request);
            } else {
                requireNothingTwice(door.reports().subList(reportsBefore, door.reports().size()));
            }
        } catch (AssertionError | RuntimeException e) {
            startAfresh();
            throw e;
        }
    }

    /**
     * A server that was silent may find an older report in its buffers after a newer one. It then
     * lists the request as active, and is told again.
     */
    private void awaitHealed(String request) throws InterruptedException {
        Commands.await(
                "the server knows the end",
                () ->
                        backend.server()
                                .request(request)
                                .filter(RequestRecord::isFinished)
                                .isPresent());
    }

    /** The next cell is not to suffer from this one. */
    private void startAfresh() throws IOException, InterruptedException {
        serverGate.pace(Gate.Pace.FAST);
        door.answer(FaultyDoor.Fault.NONE);
        Files.deleteIfExists(home.resolve("filler"));
        points.disarm();
        daemon.kill();
        daemon = startDaemon();
    }

    private String ask(Story story, String workspace) {
        return backend.submit(NewRequest.of(BACKEND, at("study", commit, workspace), story.action))
                .identifier();
    }

    private void play(Story story, String request) throws InterruptedException {
        switch (story) {
            case RUN -> {
                // It runs by itself.
            }
            case FIND -> {
                backend.await(request, now -> isExecuting(now, story.action));
                engineGate.shut();
                engineGate.reopen();
            }
            case CANCEL -> {
                backend.await(request, now -> isExecuting(now, story.action));
                backend.server().cancel(request);
            }
        }
    }

    private static boolean isExecuting(RequestRecord request, String action) {
        return request.jobs().stream()
                .anyMatch(job ->
                        job.action().equals(action) && job.progress().code().equals("executing"));
    }

    private void breakAndHeal(Fault fault, String request)
            throws IOException, InterruptedException {
        switch (fault) {
            case DAEMON_KILLED -> {
                daemon.kill();
                points.letGo();
                daemon = startDaemon();
            }
            case ENGINE_STOPPED -> {
                engine.stop();
                points.letGo();
                engine.startAgain();
            }
            case ENGINE_SILENT -> {
                engine.freeze();
                points.letGo();
                LockSupport.parkNanos(CALL_TIMEOUT.plus(A_WHILE).toNanos());
                engine.thaw();
            }
            case DISK_FULL -> {
                Path filler = disk.fillUpTo(0);
                points.letGo();
                LockSupport.parkNanos(A_WHILE.toNanos());
                Files.delete(filler);
            }
            case STORE_LOCKED -> {
                try (Connection other =
                                DriverManager.getConnection(
                                        "jdbc:sqlite:" + backend.work().resolve("runner.sqlite"));
                        Statement statement = other.createStatement()) {
                    statement.execute("BEGIN IMMEDIATE");
                    points.letGo();
                    LockSupport.parkNanos(LONGER_THAN_THE_STORE_WAITS.toNanos());
                    statement.execute("ROLLBACK");
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            }
            case SERVER_GONE -> {
                serverGate.shut();
                try {
                    points.letGo();
                    awaitUnseenEnd(request);
                } finally {
                    serverGate.reopen();
                }
            }
            case SERVER_SILENT -> {
                serverGate.pace(Gate.Pace.NEVER);
                points.letGo();
                awaitUnseenEnd(request);
                serverGate.pace(Gate.Pace.FAST);
            }
            case SERVER_FAILS ->
                    answerUntilEnd(new FaultyDoor.Fault(500, "text/html", "no"), request);
            case SERVER_TALKS_HTML ->
                    answerUntilEnd(new FaultyDoor.Fault(200, "text/html", "<html>Wi-Fi"), request);
            case SERVER_SLOW -> {
                serverGate.pace(Gate.Pace.SLOW);
                points.letGo();
                backend.awaitEnd(request);
                serverGate.pace(Gate.Pace.FAST);
            }
            case GIT_GONE -> {
                gitGate.shut();
                points.letGo();
                LockSupport.parkNanos(A_WHILE.toNanos());
                gitGate.reopen();
            }
        }
    }

    private void answerUntilEnd(FaultyDoor.Fault answer, String request)
            throws IOException, InterruptedException {
        door.answer(answer);
        points.letGo();
        awaitUnseenEnd(request);
        door.answer(FaultyDoor.Fault.NONE);
    }

    /** Waits until the request's jobs are over, of which the server cannot be told. */
    private void awaitUnseenEnd(String request) throws InterruptedException {
        try (var store = SqliteJobStore.openExisting(backend.work())) {
            Commands.await(
                    "the jobs are over",
                    () -> {
                        var jobs = store.jobsOf(new RequestId(request));
                        return !jobs.isEmpty() && jobs.stream().allMatch(job -> job.isDone());
                    });
        }
    }

    private Ending ending(String workspace, RequestRecord end) throws IOException {
        var jobs =
                end.jobs().stream()
                        .map(job -> job.action() + " " + job.progress())
                        .sorted()
                        .toList();
        var files = new TreeMap<String, String>();
        for (String level : List.of("high", "medium")) {
            Path folder = home.resolve(level).resolve("workspaces").resolve(workspace);
            for (String file : TestBackend.files(folder)) {
                files.put(level + "/" + file, content(folder.resolve(file)));
            }
        }
        for (ReportedJob job : end.jobs()) {
            JobId id = JobId.of(new RequestId(end.identifier()), job.action());
            files.put("log of " + job.action(), logsOf(id).toString());
        }
        return new Ending(jobs, files);
    }

    private List<String> logsOf(JobId id) {
        return TestBackend.files(backend.high("logs")).stream()
                .filter(file -> file.contains("os-job-" + id + "/"))
                .map(file -> file.substring(file.lastIndexOf('/') + 1))
                .toList();
    }

    private static String content(Path file) throws IOException {
        if (file.endsWith("metadata/manifest.json")) {
            var manifest = (ObjectNode) JSON.readTree(file.toFile());
            manifest.remove("workspace");
            for (JsonNode entry : manifest.path("outputs")) {
                ((ObjectNode) entry)
                        .remove(List.of("job_id", "job_request", "timestamp", "commit"));
            }
            return manifest.toString();
        }
        return file.toString().endsWith(".log") ? "log" : Files.readString(file);
    }

    /** Containers, directories and temporary files are gone, wherever they may be. */
    private void requireTidy() throws InterruptedException {
        try (var store = SqliteJobStore.openExisting(backend.work())) {
            Commands.await("the store knows it", () -> store.untidyJobs().isEmpty());
        }
        Commands.await("containers are gone", () -> engine.docker("ps", "-aq").isEmpty());
        Commands.await(
                "volumes are gone", () -> engine.docker("volume", "ls", "--quiet").isEmpty());
        Commands.await("workspaces are gone", () -> isEmptyFolder(volumes()));
        Commands.await("nothing else is left", () -> leftovers().isEmpty());
    }

    private static boolean isEmptyFolder(Path folder) {
        try (var entries = Files.list(folder)) {
            return entries.findAny().isEmpty();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private List<String> leftovers() {
        return TestBackend.files(home).stream()
                .filter(file ->
                        !file.matches("(high|medium)/workspaces/[a-z0-9-]+/(output|metadata)/.*"))
                .filter(file -> !file.matches("high/logs/[0-9-]+/os-job-[a-z0-9]+/[^/]+"))
                .filter(file ->
                        !file.matches(
                                "work/(runner\\.(sqlite(-wal|-shm)?|lock)|health\\.json|housekeeping\\.(json|lock))"))
                .filter(file -> !file.matches("work/(doorbell|repos)/.*"))
                .filter(file -> !file.startsWith("git/") && !file.startsWith("high/.locks/"))
                .toList();
    }

    /** A job that was reported as completed is never reported as anything else. */
    private static void requireNothingTwice(List<String> reports) throws IOException {
        var ends = new HashMap<String, String>();
        for (String report : reports) {
            for (JsonNode job : JSON.readTree(report)) {
                String end = job.path("status").asText() + " " + job.path("completed_at").asText();
                String before = ends.get(job.path("identifier").asText());
                if (before != null) {
                    assertThat(end).isEqualTo(before);
                } else if (!job.path("completed_at").isNull()) {
                    ends.put(job.path("identifier").asText(), end);
                }
            }
        }
        assertThat(ends).isNotEmpty();
    }

    @Override
    public void close() {
        daemon.close();
        backend.close();
        engineGate.close();
        serverGate.close();
        gitGate.close();
        door.close();
        git.close();
        engine.close();
        disk.close();
    }
}

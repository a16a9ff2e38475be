package org.securebackend.runner.bench;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobEvent;
import org.securebackend.runner.job.JobResults;
import org.securebackend.runner.job.OutputFile;
import org.securebackend.runner.job.RequestId;
import org.securebackend.runner.job.WorkspaceName;
import org.securebackend.runner.pipeline.DataKind;
import org.securebackend.runner.scheduler.BusyScheduler;
import org.securebackend.runner.server.HttpJobServer;
import org.securebackend.runner.server.JobServerSettings;
import org.securebackend.runner.server.ServerToken;
import org.securebackend.runner.store.SqliteJobStore;
import org.securebackend.runner.sync.BackOff;
import org.securebackend.runner.sync.Reporter;

/**
 * What history and great numbers cost: the same measurements with ten thousand, a hundred thousand
 * and a million old jobs.
 */
final class ScaleBench implements Bench.Benchmark {
    private static final List<Integer> HISTORIES =
            Arrays.stream(System.getProperty("bench.histories", "10000,100000,1000000").split(","))
                    .map(Integer::valueOf)
                    .toList();
    private static final int RUNNING = 40;
    private static final int WAITING = 200;
    private static final int ROUNDS = 60;
    private static final int ACTIONS = 10_000;
    private static final int FILES = 100_000;

    private static final double START_MILLIS = 5;
    private static final double REPORT_MILLIS = 100;
    private static final double RESTART_MILLIS = 2_000;

    @Override
    public List<Figure> run() throws Exception {
        Path home = Files.createTempDirectory("scale-");
        var figures = new ArrayList<Figure>();
        try {
            for (int jobs : HISTORIES) {
                figures.addAll(withHistory(home.resolve("of-" + jobs), jobs));
            }
            figures.addAll(withGreatRequest(home.resolve("great")));
            figures.addAll(withManyFiles(home.resolve("files")));
        } finally {
            try (var files = Files.walk(home)) {
                files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
            }
        }
        return figures;
    }

    private static List<Figure> withHistory(Path folder, int jobs) throws Exception {
        long start = System.nanoTime();
        History.create(folder, jobs);
        double made = (System.nanoTime() - start) / 1e9;
        String name = "%,d old jobs: ".formatted(jobs);
        double floor = Numbers.syncMillis(folder, ROUNDS);
        try (var store = SqliteJobStore.createOrMigrate(folder);
                var busy = busy(store);
                var reports = new Reports(store)) {
            List<Double> starts = IntStream.range(0, ROUNDS).mapToObj(_ -> replaced(busy)).toList();
            List<Double> later = starts.subList(ROUNDS / 2, ROUNDS);
            Job job = History.job("asked", "asked", "a", Instant.now(), List.of());
            store.add(History.request("asked", "asked"), List.of(job));
            reports.one(new RequestId("asked"));
            Job running = History.running(store, job);
            double report = reports.one(running.definition().request());
            return List.of(
                    Figure.lower(name + "making them", made, "s"),
                    Figure.lower(name + "slot free to next job's step", Numbers.median(later), "ms")
                            .besideFloor(2 * floor)
                            .aimingAt(START_MILLIS),
                    Figure.lower(name + "the slowest of " + ROUNDS / 2, Numbers.max(later), "ms"),
                    Figure.lower(name + "change to report received", report, "ms")
                            .aimingAt(REPORT_MILLIS),
                    Figure.lower(name + "all open jobs resumed", busy.restart(RUNNING), "ms")
                            .aimingAt(RESTART_MILLIS));
        }
    }

    private static BusyScheduler busy(SqliteJobStore store) throws Exception {
        var busy =
                new BusyScheduler(
                        store,
                        RUNNING,
                        i ->
                                History.job(
                                        "new" + i,
                                        "w" + i % 50,
                                        "a" + i,
                                        Instant.now(),
                                        List.of()));
        busy.submit(RUNNING + WAITING);
        if (busy.running() != RUNNING) {
            throw new IllegalStateException("%d jobs run".formatted(busy.running()));
        }
        return busy;
    }

    private static double replaced(BusyScheduler busy) {
        double millis = busy.replaceOne();
        busy.submit(1);
        return millis;
    }

    /** One request of ten thousand actions beside the usual load. */
    private static List<Figure> withGreatRequest(Path folder) throws Exception {
        String name = "a request of %,d actions: ".formatted(ACTIONS);
        try (var store = SqliteJobStore.createOrMigrate(folder);
                var busy = busy(store);
                var reports = new Reports(store)) {
            List<Job> jobs = History.chain("great", "great", ACTIONS);
            long start = System.nanoTime();
            store.add(History.request("great", "great"), jobs);
            double added = (System.nanoTime() - start) / 1e6;
            double taken = busy.hear(jobs);
            double first = reports.one(new RequestId("great"));
            for (int i = 0; i < 3; i++) {
                Job job = jobs.get(ACTIONS - 1 - i);
                store.save(List.of(cancelled(store.job(job.id()).orElseThrow())));
                first = reports.one(new RequestId("great"));
            }
            List<Double> starts = IntStream.range(0, ROUNDS).mapToObj(_ -> replaced(busy)).toList();
            return List.of(
                    Figure.lower(name + "stored", added, "ms"),
                    Figure.lower(name + "taken in by the scheduler", taken, "ms"),
                    Figure.lower(name + "change to report received", first, "ms")
                            .aimingAt(REPORT_MILLIS),
                    Figure.lower(
                                    name + "slot free to next job's step",
                                    Numbers.median(starts.subList(ROUNDS / 2, ROUNDS)),
                                    "ms")
                            .aimingAt(START_MILLIS));
        }
    }

    private static Job cancelled(Job job) {
        return job.after(
                        new JobEvent.StopRequested(
                                org.securebackend.runner.job.StopReason.CANCELLED_BY_USER),
                        Instant.now())
                .orElseThrow();
    }

    /** A job that leaves a hundred thousand files, and how long others' changes wait for it. */
    private static List<Figure> withManyFiles(Path folder) throws Exception {
        String name = "%,d outputs: ".formatted(FILES);
        List<OutputFile> files =
                IntStream.range(0, FILES)
                        .mapToObj(i -> History.file("output/part_%06d.csv".formatted(i)))
                        .toList();
        try (var store = SqliteJobStore.createOrMigrate(folder)) {
            Job job = History.job("many", "many", "a", Instant.now(), List.of());
            Job other = History.job("other", "other", "a", Instant.now(), List.of());
            store.add(History.request("many", "many"), List.of(job));
            store.add(History.request("other", "other"), List.of(other));
            Job running = History.untilPublishing(store, job, List.of());
            var waited = new ArrayList<Double>();
            var saving =
                    Thread.ofPlatform()
                            .start(() ->
                                    store.saveResults(
                                            job.id(),
                                            new JobResults(
                                                    files, List.of(), List.of(), List.of(),
                                                    List.of())));
            long start = System.nanoTime();
            while (saving.isAlive()) {
                long before = System.nanoTime();
                store.markTidy(other.id());
                waited.add((System.nanoTime() - before) / 1e6);
                TimeUnit.MILLISECONDS.sleep(5);
            }
            double saved = (System.nanoTime() - start) / 1e6;
            start = System.nanoTime();
            Job done = History.saved(store, running, new JobEvent.Published());
            double handedOver = (System.nanoTime() - start) / 1e6;
            start = System.nanoTime();
            int found = store.filesOf(new WorkspaceName("many")).size();
            double read = (System.nanoTime() - start) / 1e6;
            if (found != FILES || !done.isDone()) {
                throw new IllegalStateException("%d files".formatted(found));
            }
            return List.of(
                    Figure.lower(name + "saved", saved, "ms"),
                    Figure.lower(name + "longest wait of another change", Numbers.max(waited), "ms")
                            .aimingAt(REPORT_MILLIS),
                    Figure.lower(name + "their job's end saved", handedOver, "ms")
                            .aimingAt(REPORT_MILLIS),
                    Figure.lower(name + "read", read, "ms"));
        }
    }

    /** The real reporter and a server that takes everything and says nothing. */
    private static final class Reports implements AutoCloseable {
        /** What the reporter waits so that changes gather. */
        private static final double GATHERING_MILLIS = 20;

        private final HttpServer http;
        private final HttpJobServer server;
        private final Reporter reporter;
        private final Thread thread;
        private final BlockingQueue<Long> received = new LinkedBlockingQueue<>();

        Reports(SqliteJobStore store) throws Exception {
            http =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
            http.createContext(
                    "/",
                    exchange -> {
                        exchange.getRequestBody().readAllBytes();
                        received.add(System.nanoTime());
                        byte[] answer = "{}".getBytes(java.nio.charset.StandardCharsets.UTF_8);
                        exchange.getResponseHeaders().add("Content-Type", "application/json");
                        exchange.sendResponseHeaders(200, answer.length);
                        exchange.getResponseBody().write(answer);
                        exchange.close();
                    });
            http.start();
            server =
                    new HttpJobServer(
                            new JobServerSettings(
                                    URI.create(
                                            "http://127.0.0.1:%d/api/v2/"
                                                    .formatted(http.getAddress().getPort())),
                                    new ServerToken("0123456789abcdef0123456789abcdef01234567"),
                                    "bench",
                                    DataKind.DUMMY,
                                    JobServerSettings.PlainHttp.LOOPBACK_ONLY,
                                    JobServerSettings.Limits.USUAL),
                            Clock.systemUTC());
            // What is open before is not to be measured.
            store.unreported().forEach(each -> store.markReported(each.id(), each.mark()));
            reporter =
                    new Reporter(
                            server,
                            store,
                            new BackOff(
                                    Clock.systemUTC(),
                                    new SplittableRandom(),
                                    Duration.ofSeconds(1),
                                    Duration.ofSeconds(1)));
            thread = Thread.ofPlatform().name("report").start(reporter);
            reporter.wake();
            TimeUnit.SECONDS.sleep(2);
            received.clear();
        }

        /** Milliseconds until what changed is received, but for what changes gather. */
        double one(RequestId request) throws InterruptedException {
            long start = System.nanoTime();
            reporter.wake();
            Long at = received.poll(30, TimeUnit.SECONDS);
            if (at == null) {
                throw new IllegalStateException("no report of " + request);
            }
            TimeUnit.MILLISECONDS.sleep(500);
            received.clear();
            return Math.max(0, (at - start) / 1e6 - GATHERING_MILLIS);
        }

        @Override
        public void close() {
            reporter.stop();
            thread.interrupt();
            server.close();
            http.stop(0);
        }
    }
}

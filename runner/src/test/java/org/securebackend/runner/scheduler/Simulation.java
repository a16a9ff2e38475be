package org.securebackend.runner.scheduler;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.securebackend.runner.executor.ProgramSpec.DatabaseAddress;
import org.securebackend.runner.executor.ScriptedExecutor;
import org.securebackend.runner.job.Exit;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.job.WorkspaceName;
import org.securebackend.runner.pipeline.DataKind;
import org.securebackend.runner.scheduler.SimulatedLoad.Arrival;
import org.securebackend.runner.store.JobStore;
import org.securebackend.runner.store.SqliteJobStore;

/**
 * Days of a busy backend in seconds: the real scheduler on a real store, a scripted executor, and a
 * time that jumps from one event to the next. What must hold is checked after every event; a
 * failure names the seed, which gives the same days again.
 */
public final class Simulation {
    static final int WORKERS = 15;
    static final int DATABASE_WORKERS = 6;
    static final int HEAVY = 5;
    static final Duration LONGEST = Duration.ofHours(20);

    /** As the daemon's safety look. */
    private static final Duration LOOK = Duration.ofMinutes(1);

    private static final Capacity CAPACITY =
            new Capacity(
                    WORKERS,
                    DATABASE_WORKERS,
                    IntStream.range(0, 50)
                            .mapToObj(i ->
                                    new Capacity.Weight(
                                            new WorkspaceName("w" + i),
                                            Pattern.compile("heavy.*"),
                                            HEAVY))
                            .toList());

    private final long seed;
    private final SimulatedLoad load;
    private final SettableClock clock = new SettableClock(TestJobs.T0);
    private final ScriptedExecutor executor = new ScriptedExecutor(clock);
    private final SqliteJobStore store;
    private final Rules rules = new Rules();
    private final PriorityQueue<End> ends =
            new PriorityQueue<>(
                    Comparator.comparing(End::at).thenComparing(end -> end.job().value()));
    private final List<String> decisions = new ArrayList<>();
    private final StepQueue steps = new StepQueue();
    private Scheduler scheduler;
    private AutoCloseable watch = () -> {};

    private record End(Instant at, JobId job) {}

    /** Days to be simulated. */
    public record Plan(long seed, int requests, Duration period, Restarts restarts) {}

    /** Whether the daemon dies now and then. */
    public enum Restarts {
        NONE,
        RANDOM
    }

    /**
     * What came of it: every decision in its order, how long jobs waited, and which part of the
     * workers was taken, and of the database's while a job waited for one.
     */
    public record Outcome(
            List<String> decisions, List<Wait> waits, double workers, double database) {}

    /** How long jobs of a kind waited from the moment when they could have started. */
    public record Wait(String kind, int jobs, Duration mean, Duration longest) {}

    private Simulation(Plan plan, Path folder) {
        seed = plan.seed();
        load = new SimulatedLoad(plan.seed(), plan.requests(), plan.period());
        store = SqliteJobStore.createOrMigrate(folder);
        executor.addImage(Workbench.IMAGE);
        executor.whenStarted(program ->
                ends.add(
                        new End(
                                clock.instant().plus(load.durationOf(program.job())),
                                program.job())));
        scheduler = newScheduler();
        begin();
    }

    /**
     * Simulates until every job is done.
     *
     * @throws AssertionError if something did not hold that must
     */
    public static Outcome run(Plan plan) throws Exception {
        Path folder = folder();
        var simulation = new Simulation(plan, folder);
        try {
            return simulation.run(plan.restarts());
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(
                    "seed %d, at %s: %s"
                            .formatted(plan.seed(), simulation.clock.instant(), e.getMessage()),
                    e);
        } finally {
            simulation.store.close();
            remove(folder);
        }
    }

    /** In memory where that can be: a disk would take its time to keep each decision for good. */
    private static Path folder() throws IOException {
        Path memory = Path.of("/dev/shm");
        return Files.isWritable(memory)
                ? Files.createTempDirectory(memory, "simulation-")
                : Files.createTempDirectory("simulation-");
    }

    private static void remove(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        }
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
        return new Scheduler(
                watched(store),
                new Steps(
                        new Steps.Tools(
                                executor, new MemoryStudy(), new EmptyOutputs(), store, clock),
                        new Steps.Settings("registry.test", 2, Duration.ofSeconds(1), environment)),
                new Scheduler.Settings(
                        CAPACITY,
                        DataKind.REAL,
                        new Patience(
                                Duration.ofSeconds(1),
                                Duration.ofMinutes(1),
                                new SplittableRandom(seed))),
                new Scheduler.Surroundings(clock, steps),
                () -> {});
    }

    /** The store, whose every save is checked against the rules before it is made. */
    private JobStore watched(JobStore real) {
        return (JobStore)
                Proxy.newProxyInstance(
                        JobStore.class.getClassLoader(),
                        new Class<?>[] {JobStore.class},
                        (_, method, arguments) -> {
                            if (method.getName().equals("save")) {
                                note((Collection<?>) arguments[0]);
                            }
                            try {
                                return method.invoke(real, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }

    private void begin() {
        scheduler.begin();
        watch = executor.watch(scheduler);
    }

    private Outcome run(Restarts restarts) throws Exception {
        var random = new SplittableRandom(seed);
        var arrivals = new ArrayList<>(load.arrivals());
        Instant look = clock.instant().plus(LOOK);
        while (!arrivals.isEmpty() || !ends.isEmpty()) {
            Instant next = look;
            if (!arrivals.isEmpty() && arrivals.getFirst().at().isBefore(next)) {
                next = arrivals.getFirst().at();
            }
            if (!ends.isEmpty() && ends.peek().at().isBefore(next)) {
                next = ends.peek().at();
            }
            clock.set(next);
            if (!ends.isEmpty() && ends.peek().at().equals(next)) {
                executor.finish(ends.remove().job(), Exit.of(0));
            } else if (!arrivals.isEmpty() && arrivals.getFirst().at().equals(next)) {
                arrive(arrivals.removeFirst());
            } else {
                look = look.plus(LOOK);
            }
            if (restarts == Restarts.RANDOM && random.nextInt(40) == 0) {
                restart();
            }
            scheduler.tick();
            rules.requireNoIdleWorkers(clock.instant());
        }
        rules.requireAllDone();
        Rules.Waits waits = rules.waits();
        return new Outcome(
                decisions,
                waits.seconds().entrySet().stream()
                        .map(entry -> wait(entry.getKey(), entry.getValue()))
                        .toList(),
                waits.workers(),
                waits.databaseWorkers());
    }

    private static Wait wait(String kind, List<Double> seconds) {
        var all = seconds.stream().mapToDouble(Double::doubleValue).summaryStatistics();
        return new Wait(
                kind,
                seconds.size(),
                Duration.ofSeconds(Math.round(all.getAverage())),
                Duration.ofSeconds(Math.round(all.getMax())));
    }

    private void arrive(Arrival arrival) {
        store.add(arrival.request(), arrival.jobs());
        rules.arrived(arrival.jobs(), clock.instant());
        scheduler.jobsAdded(arrival.jobs());
    }

    /** Killed: what was in the inbox is lost, and found again. */
    private void restart() throws Exception {
        watch.close();
        scheduler = newScheduler();
        begin();
    }

    private void note(Collection<?> changes) {
        Instant now = clock.instant();
        List<Job> jobs = changes.stream().map(Job.class::cast).toList();
        rules.saved(jobs, now);
        jobs.stream()
                .filter(job -> job.state() instanceof JobState.Executing || job.isDone())
                .map(job ->
                        "%s %s/%s %s"
                                .formatted(
                                        now,
                                        job.work().workspace(),
                                        job.definition().action(),
                                        job.state().getClass().getSimpleName()))
                .sorted()
                .forEach(decisions::add);
    }

    /** For {@link Rules}: an independent view of a job. */
    static long weight(Job job) {
        return job.definition().action().value().startsWith("heavy") ? HEAVY : 1;
    }

    static boolean isDatabaseJob(Job job) {
        return job.work().requiresDatabase();
    }
}

package org.securebackend.runner;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.securebackend.runner.cli.Product;
import org.securebackend.runner.docker.DockerExecutor;
import org.securebackend.runner.docker.DockerHelpers;
import org.securebackend.runner.executor.Executor;
import org.securebackend.runner.health.HealthFile;
import org.securebackend.runner.health.Watchdog;
import org.securebackend.runner.housekeeping.BackingUp;
import org.securebackend.runner.housekeeping.Housekeeper;
import org.securebackend.runner.housekeeping.Leftovers;
import org.securebackend.runner.housekeeping.RemovingLeftovers;
import org.securebackend.runner.housekeeping.StoredRecords;
import org.securebackend.runner.housekeeping.Task;
import org.securebackend.runner.job.FaultPoints;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.RequestId;
import org.securebackend.runner.maintenance.MaintenanceDetector;
import org.securebackend.runner.outputs.FileOutputs;
import org.securebackend.runner.outputs.StoredRemains;
import org.securebackend.runner.scheduler.QuartzTicks;
import org.securebackend.runner.scheduler.Scheduler;
import org.securebackend.runner.scheduler.Steps;
import org.securebackend.runner.server.HttpJobServer;
import org.securebackend.runner.source.GitStudySource;
import org.securebackend.runner.store.JobStore;
import org.securebackend.runner.store.SqliteJobStore;
import org.securebackend.runner.store.StoreDoorbell;
import org.securebackend.runner.store.WorkdirLock;
import org.securebackend.runner.sync.BackOff;
import org.securebackend.runner.sync.Intake;
import org.securebackend.runner.sync.Poller;
import org.securebackend.runner.sync.Reporter;
import org.securebackend.runner.sync.RequestDesk;
import org.securebackend.runner.sync.SourceActionCommands;
import org.securebackend.runner.telemetry.UsageSampler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The daemon: the only place that wires the rooms, starts their threads, and stops them in reverse.
 *
 * <table>
 * <caption>Threads</caption>
 * <tr><td>scheduler</td><td>decides about jobs</td></tr>
 * <tr><td>poll</td><td>asks the server for requests</td></tr>
 * <tr><td>report</td><td>tells the server of jobs</td></tr>
 * <tr><td>doorbell</td><td>hears of other processes' changes to the store</td></tr>
 * <tr><td>ticks</td><td>Quartz, two threads: the rhythm of polls, looks, house-keeping</td></tr>
 * <tr><td>engine events</td><td>hears of programs' ends</td></tr>
 * <tr><td>virtual threads</td><td>plan requests, do the steps of jobs, keep house</td></tr>
 * </table>
 */
public final class RunnerApp implements Product.Daemon {
    private static final Logger log = LoggerFactory.getLogger(RunnerApp.class);

    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LONGEST_RETRY = Duration.ofMinutes(1);
    private static final Duration HEALTH_LOOK = Duration.ofSeconds(10);
    private static final Duration HOUSEKEEPING_LOOK = Duration.ofMinutes(5);
    private static final Duration STOP_PATIENCE = Duration.ofMillis(700);
    private static final Duration INTERRUPT_PATIENCE = Duration.ofMillis(200);

    private final Deque<Runnable> stops = new ArrayDeque<>();
    private final Deque<Loop> loops = new ArrayDeque<>();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final AtomicBoolean closing = new AtomicBoolean();
    private volatile @Nullable Throwable failure;

    private RunnerApp() {}

    /**
     * Starts the daemon.
     *
     * @throws org.securebackend.runner.store.StoreException if another daemon has the work
     *     directory, or the store cannot be used
     */
    public static RunnerApp start(AppSettings settings) {
        return start(settings, FaultPoints.NONE);
    }

    /** As {@link #start(AppSettings)}, with places where a test breaks things. */
    static RunnerApp start(AppSettings settings, FaultPoints faults) {
        var app = new RunnerApp();
        try {
            app.wire(settings, faults);
            return app;
        } catch (RuntimeException e) {
            app.close();
            throw e;
        }
    }

    private void wire(AppSettings settings, FaultPoints faults) {
        Clock clock = Clock.systemUTC();
        var lock = WorkdirLock.take(settings.workDirectory(), ProcessHandle.current().pid());
        onStop(lock::close);
        var store = SqliteJobStore.createOrOpen(settings.workDirectory());
        onStop(store::close);
        var executor = new DockerExecutor(settings.programs().docker());
        onStop(executor::close);
        var source = new GitStudySource(settings.study().source());
        var outputs = new FileOutputs(settings.outputs(), new StoredRecords(store), clock);
        var server = new HttpJobServer(settings.server(), clock);
        onStop(server::close);
        ExecutorService threads =
                Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("work-", 0).factory());
        onStop(threads::shutdownNow);

        var reporter = new Reporter(server, store, backOff(clock), faults);
        var scheduler =
                new Scheduler(
                        store,
                        new Steps(
                                new Steps.Tools(executor, source, outputs, store, clock),
                                settings.programs().steps()),
                        settings.scheduler(),
                        new Scheduler.Surroundings(clock, threads, faults),
                        reporter::wake);
        var intake =
                intake(
                        settings.study(),
                        settings.programs().steps().registry(),
                        new Intake.Tools(source, store, executor, clock, faults));
        var desk =
                new RequestDesk(
                        intake,
                        threads,
                        clock,
                        settings.timing().sourcePatience(),
                        jobs -> announce(jobs, scheduler, reporter));
        var poller =
                new Poller(server, store, desk, new PollNews(scheduler, reporter), backOff(clock));

        onStop(this::stopLoops);
        begin("scheduler", scheduler, scheduler::stop);
        begin("report", reporter, reporter::stop);
        begin("poll", poller, poller::stop);
        Runnable onStoreChange =
                () -> {
                    scheduler.storeChanged();
                    poller.flagsMayHaveChanged();
                };
        var doorbell = new StoreDoorbell(settings.workDirectory()).watch(onStoreChange);
        onStop(() -> closeQuietly(doorbell));
        var watch = executor.watch(scheduler);
        onStop(() -> closeQuietly(watch));
        var ticks = new QuartzTicks();
        onStop(ticks::close);
        ticks.every("poll", settings.timing().poll(), poller::wake);
        ticks.every(
                "safety look",
                settings.timing().safetyLook(),
                () -> {
                    scheduler.storeChanged();
                    reporter.wake();
                });
        var usage = new UsageSampler(executor, store, clock);
        ticks.every("usage", settings.timing().usage(), () -> threads.execute(usage));
        var loops =
                Map.of(
                        "scheduler", scheduler.pulse(),
                        "report", reporter.pulse(),
                        "poll", poller.pulse());
        var watchdog =
                new Watchdog(
                        () ->
                                Stream.concat(
                                                Watchdog.loops(
                                                        loops, settings.timing().loopSilence())
                                                        .stream(),
                                                scheduler.atWork().stream())
                                        .toList(),
                        new HealthFile(settings.workDirectory()),
                        clock,
                        HEALTH_LOOK);
        onStop(watchdog::leave);
        watchdog.look();
        ticks.every("health", HEALTH_LOOK, watchdog::look);
        settings.programs()
                .maintenance()
                .ifPresent(maintenance -> {
                    var helpers = new DockerHelpers(settings.programs().docker());
                    onStop(helpers::close);
                    var detector =
                            new MaintenanceDetector(
                                    new MaintenanceDetector.Tools(store, helpers, clock),
                                    maintenance,
                                    onStoreChange);
                    ticks.every(
                            "maintenance",
                            maintenance.interval(),
                            () -> threads.execute(detector::look));
                });
        ticks.every(
                "house-keeping",
                HOUSEKEEPING_LOOK,
                housekeeper(
                                settings,
                                executor,
                                store,
                                new Housekeeper.Surroundings(
                                        settings.workDirectory(), clock, threads))
                        ::look);
        log.info("started; work directory {}", settings.workDirectory());
    }

    private static Housekeeper housekeeper(
            AppSettings settings,
            Executor executor,
            JobStore store,
            Housekeeper.Surroundings surroundings) {
        AppSettings.Housekeeping housekeeping = settings.housekeeping();
        var leftovers =
                new Leftovers(
                        new Leftovers.Places(
                                executor, new StoredRemains(settings.outputs()), store),
                        housekeeping.keeping(),
                        surroundings.clock());
        var tasks = new ArrayList<Task>(RemovingLeftovers.both(leftovers));
        housekeeping
                .backup()
                .map(backup ->
                        new BackingUp(settings.workDirectory(), backup, surroundings.clock()))
                .ifPresent(tasks::add);
        return new Housekeeper(tasks, housekeeping.schedule(), surroundings);
    }

    /** What turns requests into jobs, for the daemon and for a request without a server alike. */
    static Intake intake(AppSettings.Study study, String registry, Intake.Tools tools) {
        return new Intake(
                tools,
                new SourceActionCommands(tools.source(), registry, study.data()),
                study.checks());
    }

    private static void announce(List<Job> jobs, Scheduler scheduler, Reporter reporter) {
        scheduler.jobsAdded(jobs);
        reporter.wake();
    }

    private record PollNews(Scheduler scheduler, Reporter reporter) implements Poller.Listener {
        @Override
        public void ordersGiven() {
            scheduler.ordersGiven();
        }

        @Override
        public void listed(List<RequestId> requests) {
            reporter.listed(requests);
        }
    }

    private static BackOff backOff(Clock clock) {
        return new BackOff(clock, new SplittableRandom(), FIRST_RETRY, LONGEST_RETRY);
    }

    private void begin(String name, Runnable loop, Runnable stop) {
        Thread thread =
                Thread.ofPlatform()
                        .name(name)
                        .uncaughtExceptionHandler((dead, cause) -> giveUp(dead.getName(), cause))
                        .start(loop);
        loops.push(new Loop(thread, stop));
    }

    private record Loop(Thread thread, Runnable stop) {}

    /** All at once: one that waits for a silent server must not keep the others waiting. */
    private void stopLoops() {
        loops.forEach(loop -> loop.stop().run());
        long deadline = System.nanoTime() + STOP_PATIENCE.toNanos();
        for (Loop loop : loops) {
            join(loop.thread(), Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
        }
    }

    /** Without one of its loops the daemon would only look alive: whoever started it is told. */
    private void giveUp(String loop, Throwable cause) {
        log.error("the loop {} died; stopping, so that a new start can take over", loop, cause);
        failure = cause;
        Thread.ofPlatform().name("giving-up").start(this::close);
    }

    private static void join(Thread thread, Duration patience) {
        try {
            if (!thread.join(patience)) {
                thread.interrupt();
            }
            if (!thread.join(INTERRUPT_PATIENCE)) {
                log.warn("{} was still at work and is abandoned", thread.getName());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void closeQuietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            log.warn("something did not close cleanly", e);
        }
    }

    private void onStop(Runnable stop) {
        stops.push(stop);
    }

    @Override
    public void join() throws InterruptedException {
        stopped.await();
        if (failure != null) {
            throw new IllegalStateException("the daemon gave up; its log says why", failure);
        }
    }

    /** Stops in reverse; programs go on and are found again. May be called more than once. */
    @Override
    public void close() {
        if (!closing.compareAndSet(false, true)) {
            return;
        }
        for (Runnable stop : stops) {
            try {
                stop.run();
            } catch (RuntimeException e) {
                log.warn("something did not stop cleanly", e);
            }
        }
        log.info("stopped; running programs go on and are found again");
        stopped.countDown();
    }
}

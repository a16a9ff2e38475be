package org.securebackend.runner;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import org.securebackend.runner.docker.DockerExecutor;
import org.securebackend.runner.executor.ExecutorException;
import org.securebackend.runner.housekeeping.StoredRecords;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.outputs.FileOutputs;
import org.securebackend.runner.scheduler.Scheduler;
import org.securebackend.runner.scheduler.Steps;
import org.securebackend.runner.source.GitStudySource;
import org.securebackend.runner.store.JobStore;
import org.securebackend.runner.store.SqliteJobStore;
import org.securebackend.runner.store.WorkdirLock;

/**
 * The daemon's scheduler without its loops to the job server, in place of a daemon that is stopped:
 * what was ordered is carried out, and nothing new comes in.
 */
final class StandIn {
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(2);
    private static final Duration LOOK = Duration.ofMillis(50);

    private StandIn() {}

    /**
     * Works until no job is active, or {@code patience} is over.
     *
     * @throws org.securebackend.runner.store.WorkdirTakenException if a daemon is there after all
     */
    static void run(ConfiguredSettings settings, Duration patience) throws InterruptedException {
        Clock clock = Clock.systemUTC();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        try (var _ = WorkdirLock.take(settings.workDirectory(), ProcessHandle.current().pid());
                var store = SqliteJobStore.openExisting(settings.workDirectory());
                var executor = new DockerExecutor(settings.docker())) {
            var tools =
                    new Steps.Tools(
                            executor,
                            new GitStudySource(settings.study().source()),
                            new FileOutputs(settings.outputs(), new StoredRecords(store), clock),
                            store,
                            clock);
            var scheduler =
                    new Scheduler(
                            store,
                            new Steps(tools, settings.steps()),
                            settings.scheduler(),
                            new Scheduler.Surroundings(clock, threads),
                            () -> {});
            Thread thread = Thread.ofPlatform().name("scheduler").start(scheduler);
            AutoCloseable watch = executor.watch(scheduler);
            try {
                awaitStillness(store, patience);
            } finally {
                close(watch);
                scheduler.stop();
                thread.join(STOP_PATIENCE);
                threads.shutdownNow();
            }
        }
    }

    private static void awaitStillness(JobStore store, Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        while (!isStill(store) && System.nanoTime() < end) {
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }

    private static boolean isStill(JobStore store) {
        return !store.hasUnseenFlags()
                && store.openJobs().stream()
                        .noneMatch(job -> job.state() instanceof JobState.Active);
    }

    private static void close(AutoCloseable watch) {
        try {
            watch.close();
        } catch (Exception e) {
            throw new ExecutorException("the engine is still being listened to", e);
        }
    }
}

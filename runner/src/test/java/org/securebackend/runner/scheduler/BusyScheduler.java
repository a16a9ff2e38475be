package org.securebackend.runner.scheduler;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.securebackend.runner.executor.ScriptedExecutor;
import org.securebackend.runner.job.Exit;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.TestRequests;
import org.securebackend.runner.pipeline.DataKind;
import org.securebackend.runner.store.JobStore;

/**
 * The real scheduler with many running and waiting jobs on a store that is given, for measuring:
 * nothing runs but what it decides, on the caller's thread.
 */
public final class BusyScheduler implements AutoCloseable {
    private final JobStore store;
    private final ScriptedExecutor executor = new ScriptedExecutor(Clock.systemUTC());
    private final Deque<JobId> running = new ArrayDeque<>();
    private final Steps.Tools tools;
    private final Scheduler scheduler;
    private final AutoCloseable watch;
    private final Launches launches = new Launches();
    private final IntFunction<Job> jobs;
    private int submitted;

    /** Holds steps, and notes when the last one was handed over. */
    private static final class Launches implements Executor {
        private final Deque<Runnable> held = new ArrayDeque<>();
        private long lastAt;

        @Override
        public void execute(Runnable step) {
            held.add(step);
            lastAt = System.nanoTime();
        }
    }

    /**
     * @param workers how many jobs are to run
     * @param jobs makes the job of a number, in a request of its own
     */
    public BusyScheduler(JobStore store, int workers, IntFunction<Job> jobs) throws Exception {
        this.store = store;
        this.jobs = jobs;
        executor.addImage(Workbench.IMAGE);
        executor.whenStarted(program -> running.add(program.job()));
        tools =
                new Steps.Tools(
                        executor, new MemoryStudy(), new EmptyOutputs(), store, Clock.systemUTC());
        scheduler = newScheduler(workers, launches);
        scheduler.begin();
        watch = executor.watch(scheduler);
    }

    private Scheduler newScheduler(int workers, Executor threads) {
        return new Scheduler(
                store,
                new Steps(
                        tools,
                        new Steps.Settings(
                                "registry.test",
                                4,
                                Duration.ofSeconds(1),
                                new JobEnvironment(
                                        DataKind.DUMMY, Map.of(), Map.of(), Map.of(), Map.of()))),
                new Scheduler.Settings(
                        new Capacity(workers, workers, List.of()),
                        DataKind.DUMMY,
                        new Patience(
                                Duration.ofSeconds(1),
                                Duration.ofMinutes(1),
                                new SplittableRandom(7))),
                new Scheduler.Surroundings(Clock.systemUTC(), threads),
                () -> {});
    }

    /** Hands in so many jobs more; runs what can. */
    public void submit(int count) {
        IntStream.range(0, count).forEach(_ -> submitOne());
        settle();
    }

    private void submitOne() {
        Job job = jobs.apply(submitted++);
        store.add(
                TestRequests.of(
                        job.definition().request().value(),
                        job.work().workspace().value(),
                        "run_all"),
                List.of(job));
        scheduler.jobsAdded(List.of(job));
    }

    /** Hears of jobs that are in the store; milliseconds until the scheduler has saved them. */
    public double hear(List<Job> added) {
        long start = System.nanoTime();
        scheduler.jobsAdded(added);
        scheduler.tick();
        return (System.nanoTime() - start) / 1e6;
    }

    private void settle() {
        do {
            scheduler.tick();
        } while (runOne());
    }

    private boolean runOne() {
        Runnable step = launches.held.poll();
        if (step == null) {
            return false;
        }
        step.run();
        return true;
    }

    public int running() {
        return running.size();
    }

    /**
     * A running job ends.
     *
     * @return milliseconds from the event that frees its slot to the hand-over of the first step of
     *     the job that gets it
     */
    public double replaceOne() {
        JobId ended = running.remove();
        executor.finish(ended, Exit.of(0));
        int before = executor.starts().size();
        double millis = 0;
        do {
            long start = System.nanoTime();
            scheduler.tick();
            if (store.job(ended).orElseThrow().isDone() && millis == 0) {
                millis = (launches.lastAt - start) / 1e6;
            }
        } while (runOne());
        if (executor.starts().size() == before) {
            throw new IllegalStateException("no job took the place of " + ended);
        }
        return millis;
    }

    /** Milliseconds that another process takes to know all that is open and to resume it. */
    public double restart(int workers) throws Exception {
        long start = System.nanoTime();
        var resumed = new Launches();
        Scheduler next = newScheduler(workers, resumed);
        next.begin();
        var nextWatch = executor.watch(next);
        next.tick();
        nextWatch.close();
        if (resumed.held.size() < running.size()) {
            throw new IllegalStateException("not all is resumed: " + resumed.held.size());
        }
        return (System.nanoTime() - start) / 1e6;
    }

    @Override
    public void close() {
        try {
            watch.close();
        } catch (Exception e) {
            throw new IllegalStateException("the scripted executor closes quietly", e);
        }
    }
}

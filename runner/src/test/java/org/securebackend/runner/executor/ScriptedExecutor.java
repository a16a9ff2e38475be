package org.securebackend.runner.executor;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.securebackend.runner.executor.WorkspaceEntry.Kind;
import org.securebackend.runner.job.Exit;
import org.securebackend.runner.job.ImageDigest;
import org.securebackend.runner.job.ImageName;
import org.securebackend.runner.job.JobId;

/**
 * Runs nothing, but behaves as if: a program runs from its start until the test lets it finish.
 * Everything is in memory, and events are told on the thread of the test that causes them. Safe for
 * several threads.
 */
public final class ScriptedExecutor implements Executor {
    private final InstantSource clock;
    private final Set<ImageName> images = new HashSet<>();
    private final Set<ImageName> registry = ConcurrentHashMap.newKeySet();
    private final Map<JobId, ScriptedWorkspace> workspaces = new HashMap<>();
    private final Map<JobId, Program> programs = new LinkedHashMap<>();
    private final Map<JobId, RuntimeException> refusals = new HashMap<>();
    private final List<ProgramSpec> starts = new ArrayList<>();
    private final List<JobId> stops = new ArrayList<>();
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private boolean away;
    private Consumer<ProgramSpec> whenStarted = _ -> {};

    public ScriptedExecutor(InstantSource clock) {
        this.clock = clock;
    }

    // What a test says.

    /** Makes an image present. */
    public synchronized ImageDigest addImage(ImageName image) {
        images.add(image);
        return digestOf(image);
    }

    /** Makes an image one that can be fetched. */
    public void addToRegistry(ImageName image) {
        registry.add(image);
    }

    public synchronized void removeImage(ImageName image) {
        images.remove(image);
    }

    /** The running program of a job ends now, and watchers hear of it. */
    public void finish(JobId job, Exit exit) {
        finishUnheard(job, exit);
        tellEnd(job);
    }

    /** The running program of a job ends now, but nobody is told. */
    public synchronized void finishUnheard(JobId job, Exit exit) {
        running(job).end = new Execution.Ended(exit, clock.instant());
        notifyAll();
    }

    /** The program of a job writes a file. */
    public void leave(JobId job, String path, String text) {
        workspace(job).leave(path, Kind.REGULAR, text.getBytes(UTF_8));
    }

    /** The program of a job says a line. */
    public synchronized void say(JobId job, String line) {
        running(job).said.append(clock.instant()).append(' ').append(line).append('\n');
    }

    /** The next start of this job throws; the one after does not. */
    public synchronized void refuseStart(JobId job, RuntimeException refusal) {
        refusals.put(job, refusal);
    }

    /** Is told of every program right after its start, without any lock held; may finish it. */
    public synchronized void whenStarted(Consumer<ProgramSpec> action) {
        whenStarted = action;
    }

    /** From now on nothing can be asked; programs go on. */
    public void goAway() {
        setAway(true);
        listeners.forEach(Listener::lost);
    }

    public void comeBack() {
        setAway(false);
        listeners.forEach(Listener::connected);
    }

    private synchronized void setAway(boolean now) {
        away = now;
    }

    /** All programs ever started, in their order, also those since removed. */
    public synchronized List<ProgramSpec> starts() {
        return List.copyOf(starts);
    }

    /** All jobs ever stopped, in their order. */
    public synchronized List<JobId> stops() {
        return List.copyOf(stops);
    }

    /** Waits until a program of this job runs; for tests with several threads. */
    public synchronized void awaitRunning(JobId job) throws InterruptedException {
        while (!(executionOf(job) instanceof Execution.Running)) {
            wait();
        }
    }

    // The contract.

    @Override
    public synchronized Optional<ImageDigest> findImage(ImageName image) {
        requireThere();
        return images.contains(image) ? Optional.of(digestOf(image)) : Optional.empty();
    }

    @Override
    public Optional<ImageDigest> fetchImage(ImageName image, Runnable atBeginning) {
        Optional<ImageDigest> present = findImage(image);
        if (present.isPresent() || !registry.contains(image)) {
            return present;
        }
        atBeginning.run();
        return Optional.of(addImage(image));
    }

    @Override
    public synchronized List<Remains> remains() {
        requireThere();
        var remains = new ArrayList<Remains>();
        programs.keySet().forEach(job -> remains.add(remainsOfProgram(job)));
        workspaces.forEach((job, workspace) -> {
            if (workspace.exists()) {
                remains.add(Remains.idle(job, "workspace", "memory of " + job, clock.instant()));
            }
        });
        return remains;
    }

    private Remains remainsOfProgram(JobId job) {
        return executionOf(job) instanceof Execution.Ended ended
                ? Remains.idle(job, "program", job.value(), ended.at())
                : Remains.inUse(job, "program", job.value());
    }

    @Override
    public synchronized ScriptedWorkspace workspace(JobId job) {
        return workspaces.computeIfAbsent(job, _ -> new ScriptedWorkspace(clock));
    }

    @Override
    public Execution start(ProgramSpec program) {
        if (begin(program)) {
            whenStartedAction().accept(program);
        }
        return inspect(program.job());
    }

    private synchronized Consumer<ProgramSpec> whenStartedAction() {
        return whenStarted;
    }

    private synchronized boolean begin(ProgramSpec program) {
        requireThere();
        JobId job = program.job();
        RuntimeException refusal = refusals.remove(job);
        if (refusal != null) {
            throw refusal;
        }
        if (programs.containsKey(job)) {
            return false;
        }
        if (!workspace(job).exists()) {
            throw new ExecutorException("there is no workspace for job " + job, null);
        }
        if (images.stream().noneMatch(image -> digestOf(image).equals(program.image()))) {
            throw new ExecutorException("no image " + program.image(), null);
        }
        programs.put(job, new Program(clock.instant()));
        starts.add(program);
        notifyAll();
        return true;
    }

    @Override
    public synchronized Execution inspect(JobId job) {
        requireThere();
        return executionOf(job);
    }

    @Override
    public synchronized Map<JobId, Execution> survey() {
        requireThere();
        var all = new HashMap<JobId, Execution>();
        programs.keySet().forEach(job -> all.put(job, executionOf(job)));
        return all;
    }

    @Override
    public StopOutcome stop(JobId job, Duration grace) {
        if (!kill(job)) {
            return StopOutcome.WAS_NOT_RUNNING;
        }
        tellEnd(job);
        return StopOutcome.STOPPED;
    }

    private synchronized boolean kill(JobId job) {
        requireThere();
        stops.add(job);
        boolean runs = executionOf(job) instanceof Execution.Running;
        if (runs) {
            finishUnheard(job, Exit.of(Exit.KILLED));
        }
        return runs;
    }

    @Override
    public void copyLog(JobId job, OutputStream sink) throws IOException {
        sink.write(said(job).getBytes(UTF_8));
    }

    private synchronized String said(JobId job) {
        requireThere();
        Program program = programs.get(job);
        return program == null ? "" : program.said.toString();
    }

    @Override
    public synchronized Optional<String> describe(JobId job) {
        requireThere();
        return programs.containsKey(job)
                ? Optional.of("{\"Name\":\"%s\"}".formatted(job))
                : Optional.empty();
    }

    /** Half a processor and 64 MiB, for as long as it runs. */
    @Override
    public synchronized Optional<UsageReading> usage(JobId job) {
        requireThere();
        return executionOf(job) instanceof Execution.Running(var since)
                ? Optional.of(
                        new UsageReading(
                                job + " " + since,
                                Duration.between(since, clock.instant()).dividedBy(2),
                                64L << 20))
                : Optional.empty();
    }

    @Override
    public synchronized void remove(JobId job) {
        requireThere();
        programs.remove(job);
        workspace(job).remove();
    }

    @Override
    public AutoCloseable watch(Listener listener) {
        listeners.add(listener);
        if (isAway()) {
            listener.lost();
        } else {
            listener.connected();
        }
        return () -> listeners.remove(listener);
    }

    private synchronized boolean isAway() {
        return away;
    }

    private void tellEnd(JobId job) {
        Execution now = executionNow(job);
        if (now instanceof Execution.Ended end && !isAway()) {
            listeners.forEach(listener -> listener.ended(job, end));
        }
    }

    private synchronized Execution executionNow(JobId job) {
        return executionOf(job);
    }

    private Execution executionOf(JobId job) {
        Program program = programs.get(job);
        if (program == null) {
            return new Execution.Absent();
        }
        return program.end == null ? new Execution.Running(program.startedAt) : program.end;
    }

    private Program running(JobId job) {
        Program program = programs.get(job);
        if (program == null || program.end != null) {
            throw new IllegalStateException("no program of job %s runs".formatted(job));
        }
        return program;
    }

    private void requireThere() {
        if (away) {
            throw new ExecutorUnavailableException("the scripted engine is away", null);
        }
    }

    private static ImageDigest digestOf(ImageName image) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(image.value().getBytes(UTF_8));
            return new ImageDigest("sha256:" + HexFormat.of().formatHex(digest));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class Program {
        private final Instant startedAt;
        private final StringBuilder said = new StringBuilder();
        private Execution.@Nullable Ended end;

        Program(Instant startedAt) {
            this.startedAt = startedAt;
        }
    }
}

package org.securebackend.runner.docker;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.securebackend.runner.executor.Execution;
import org.securebackend.runner.executor.Executor;
import org.securebackend.runner.executor.ExecutorException;
import org.securebackend.runner.executor.ExecutorUnavailableException;
import org.securebackend.runner.executor.JobWorkspace;
import org.securebackend.runner.executor.ProgramSpec;
import org.securebackend.runner.executor.Remains;
import org.securebackend.runner.executor.StopOutcome;
import org.securebackend.runner.executor.UsageReading;
import org.securebackend.runner.job.ImageDigest;
import org.securebackend.runner.job.ImageName;
import org.securebackend.runner.job.JobId;

/**
 * Runs programs in containers of a Docker engine, their workspaces in directories of this host or
 * in volumes of the engine. Connects only when asked something; an engine that is away is no reason
 * not to start.
 */
public final class DockerExecutor implements Executor, AutoCloseable {
    private final Engine engine;
    private final Labels labels;
    private final Images images;
    private final Containers containers;
    private final Workspaces workspaces;

    public DockerExecutor(DockerSettings settings) {
        this.engine = new Engine(settings.engine(), settings.callTimeout());
        this.labels = new Labels(settings.instance());
        this.images = new Images(engine, settings.pull());
        var networks = new Networks(engine, settings);
        this.containers =
                new Containers(engine, labels, new ContainerRecipe(settings, labels, networks));
        this.workspaces =
                new Workspaces(settings, new Volumes(engine, labels, settings), containers);
    }

    @Override
    public Optional<ImageDigest> findImage(ImageName image) {
        return images.find(image);
    }

    @Override
    public Optional<ImageDigest> fetchImage(ImageName image, Runnable atBeginning) {
        return images.fetch(image, atBeginning);
    }

    @Override
    public JobWorkspace workspace(JobId job) {
        return workspaces.of(job);
    }

    @Override
    public Execution start(ProgramSpec program) {
        Workspace workspace =
                workspaces
                        .find(program.job())
                        .orElseThrow(() ->
                                new ExecutorException(
                                        "there is no workspace for job " + program.job(), null));
        return containers.start(program, workspace.mount());
    }

    @Override
    public Execution inspect(JobId job) {
        return containers.inspect(job);
    }

    @Override
    public Map<JobId, Execution> survey() {
        return containers.survey();
    }

    @Override
    public StopOutcome stop(JobId job, Duration grace) {
        return containers.stop(job, grace);
    }

    @Override
    public void copyLog(JobId job, OutputStream sink) throws IOException {
        containers.copyLog(job, sink);
    }

    /** As {@link #copyLog}, and goes on until the program ends; for people who watch. */
    public void followLog(JobId job, OutputStream sink) throws IOException {
        containers.followLog(job, sink);
    }

    /** Writes the last lines of a program's standard output alone, a timestamp before each. */
    void copyLastOutput(JobId job, OutputStream sink) throws IOException {
        containers.copyLastOutput(job, sink);
    }

    @Override
    public Optional<String> describe(JobId job) {
        return containers.find(job).map(Redaction::redact).map(Object::toString);
    }

    @Override
    public Optional<UsageReading> usage(JobId job) {
        return containers.usage(job);
    }

    @Override
    public List<Remains> remains() {
        var remains = new ArrayList<Remains>();
        containers.survey().forEach((job, execution) -> remains.add(container(job, execution)));
        try {
            remains.addAll(workspaces.remains());
        } catch (IOException e) {
            throw new ExecutorUnavailableException("cannot list the workspaces", e);
        }
        return remains;
    }

    private static Remains container(JobId job, Execution execution) {
        String name = Labels.containerName(job);
        return switch (execution) {
            case Execution.Ended(_, var at) -> Remains.idle(job, "container", name, at);
            case Execution.Running _ -> Remains.inUse(job, "container", name);
            // Made and not started yet: perhaps this very moment.
            case Execution.Absent _ -> Remains.inUse(job, "container", name);
        };
    }

    @Override
    public void remove(JobId job) {
        containers.remove(job);
        try {
            workspaces.remove(job);
        } catch (IOException e) {
            throw new ExecutorUnavailableException("cannot remove the workspace of job " + job, e);
        }
    }

    @Override
    public AutoCloseable watch(Listener listener) {
        return new Exits(engine, containers, labels, listener).begin();
    }

    @Override
    public void close() {
        engine.close();
    }
}

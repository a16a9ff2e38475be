package org.securebackend.runner.docker;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Mount;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.securebackend.runner.executor.Execution;
import org.securebackend.runner.executor.ExecutorException;
import org.securebackend.runner.executor.ExecutorUnavailableException;
import org.securebackend.runner.executor.ProgramSpec;
import org.securebackend.runner.executor.StopOutcome;
import org.securebackend.runner.executor.UsageReading;
import org.securebackend.runner.job.JobId;

/** This runner's containers. Those of others, also of other runners, are never touched. */
final class Containers {
    private static final int ATTEMPTS = 3;
    private static final int LAST_LINES = 20;
    private static final Duration REMOVAL_TAKES_LONGER = Duration.ofSeconds(60);
    private static final Execution NOTHING = new Execution.Absent();

    private final Engine engine;
    private final Labels labels;
    private final ContainerRecipe recipe;

    /** Ids of containers that were seen to be ours and not removed since: saves looking again. */
    private final Map<JobId, String> known = new ConcurrentHashMap<>();

    Containers(Engine engine, Labels labels, ContainerRecipe recipe) {
        this.engine = engine;
        this.labels = labels;
        this.recipe = recipe;
    }

    Execution inspect(JobId job) {
        return find(job).map(Executions::of).orElse(NOTHING);
    }

    /** The engine's inspection of a job's container. */
    Optional<JsonNode> find(JobId job) {
        Optional<JsonNode> ours = lookFor(job).filter(labels::areOn);
        ours.ifPresentOrElse(
                inspection -> known.put(job, inspection.path("Id").asText()),
                () -> known.remove(job));
        return ours;
    }

    /** Whether that is the container which a job runs in now, as far as is known here. */
    boolean isCurrent(JobId job, String id) {
        return id.equals(known.get(job));
    }

    /** The id of a job's container, which is ours; empty if there is none. */
    private Optional<String> id(JobId job) {
        String id = known.get(job);
        return id != null
                ? Optional.of(id)
                : find(job).map(inspection -> inspection.path("Id").asText());
    }

    private Optional<JsonNode> lookFor(JobId job) {
        String name = Labels.containerName(job);
        String what = "inspect " + name;
        return switch (engine.json(what, "/containers/" + name + "/json")) {
            case Answer.Given<JsonNode>(var inspection) -> Optional.of(inspection);
            case Answer.NotFound<JsonNode> _ -> Optional.empty();
            case Answer.Conflict<JsonNode>(var message) -> throw Engine.refused(what, message);
        };
    }

    Map<JobId, Execution> survey() {
        String what = "list containers";
        ObjectNode filters = JsonNodeFactory.instance.objectNode();
        labels.filter().forEach(filters.withArray("label")::add);
        String path =
                "/containers/json?all=1&filters=" + URLEncoder.encode(filters.toString(), UTF_8);
        var found = new HashMap<JobId, Execution>();
        for (JsonNode container : Engine.orRefuse(what, engine.json(what, path))) {
            for (JsonNode name : container.path("Names")) {
                Labels.jobIn(name.asText(""))
                        .ifPresent(
                                job -> find(job).ifPresent(c -> found.put(job, Executions.of(c))));
            }
        }
        return Map.copyOf(found);
    }

    /**
     * Makes a container and starts it. One that was made but never started, by an attempt that was
     * cut off, is made anew, since its settings may be old.
     */
    Execution start(ProgramSpec program, Mount workspace) {
        JobId job = program.job();
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<String> created = create(program, workspace);
            if (created.isPresent()) {
                return begin(job, created.get());
            }
            Optional<JsonNode> present = lookFor(job);
            if (present.isPresent()) {
                Execution execution = Executions.of(requireOurs(job, present.get()));
                if (!execution.equals(NOTHING)) {
                    return execution;
                }
                remove(job);
            }
        }
        throw new ExecutorUnavailableException(
                "the name %s is not free yet".formatted(Labels.containerName(job)), null);
    }

    private JsonNode requireOurs(JobId job, JsonNode inspection) {
        if (!labels.areOn(inspection)) {
            throw new ExecutorException(
                    "the container %s belongs to somebody else"
                            .formatted(Labels.containerName(job)),
                    null);
        }
        return inspection;
    }

    /** The id of the new container; empty if the name is taken. */
    private Optional<String> create(ProgramSpec program, Mount workspace) {
        HostConfig surroundings = recipe.surroundings(program, workspace);
        Answer<String> id =
                engine.ask(
                        "create " + Labels.containerName(program.job()),
                        client -> recipe.command(client, program, surroundings).exec().getId());
        return switch (id) {
            case Answer.Given<String>(var created) -> Optional.of(created);
            case Answer.Conflict<String> _ -> Optional.empty();
            case Answer.NotFound<String>(var message) ->
                    throw new ExecutorException(
                            "image %s is not on this host any more: %s"
                                    .formatted(program.image(), message),
                            null);
        };
    }

    /** What has ended already by now is told by the engine's events. */
    private Execution begin(JobId job, String id) {
        known.put(job, id);
        String what = "start " + Labels.containerName(job);
        Answer<Engine.Done> answer =
                engine.tell(what, client -> client.startContainerCmd(id).exec());
        return switch (answer) {
            case Answer.Given<Engine.Done> _ -> new Execution.Running(Instant.now());
            // The engine says so of a program that the image does not have, too.
            case Answer.NotFound<Engine.Done>(var message) -> throw Engine.refused(what, message);
            case Answer.Conflict<Engine.Done>(var message) -> throw Engine.refused(what, message);
        };
    }

    StopOutcome stop(JobId job, Duration grace) {
        Optional<JsonNode> present = find(job);
        if (present.filter(c -> Executions.of(c) instanceof Execution.Running).isEmpty()) {
            return StopOutcome.WAS_NOT_RUNNING;
        }
        String name = Labels.containerName(job);
        String id = present.get().path("Id").asText(name);
        int seconds = Math.toIntExact(Math.min(grace.plusMillis(999).toSeconds(), 86_400));
        Answer<Engine.Done> told =
                engine.tell(
                        "stop " + name,
                        Duration.ofSeconds(seconds),
                        client -> client.stopContainerCmd(id).withTimeout(seconds).exec());
        if (!isRunning(job)) {
            return told.equals(new Answer.Given<>(Engine.Done.DONE))
                    ? StopOutcome.STOPPED
                    : StopOutcome.WAS_NOT_RUNNING;
        }
        engine.tell("kill " + name, client -> client.killContainerCmd(id).exec());
        if (isRunning(job)) {
            throw new ExecutorUnavailableException(name + " does not end", null);
        }
        return StopOutcome.STOPPED;
    }

    private boolean isRunning(JobId job) {
        return inspect(job) instanceof Execution.Running;
    }

    /** Removes what an attempt to start that was cut off has left. */
    void removeUnstarted(JobId job) {
        if (inspect(job).equals(NOTHING)) {
            remove(job);
        }
    }

    /** Returns when the container is gone. */
    void remove(JobId job) {
        Optional<String> id = id(job);
        if (id.isEmpty()) {
            return;
        }
        String name = Labels.containerName(job);
        Answer<Engine.Done> answer =
                engine.tell(
                        "remove " + name,
                        REMOVAL_TAKES_LONGER,
                        client ->
                                client.removeContainerCmd(id.get())
                                        .withForce(true)
                                        .withRemoveVolumes(true)
                                        .exec());
        switch (answer) {
            case Answer.Given<Engine.Done> _, Answer.NotFound<Engine.Done> _ -> known.remove(job);
            case Answer.Conflict<Engine.Done> _ -> {
                if (find(job).isPresent()) {
                    throw new ExecutorUnavailableException(name + " is not removed yet", null);
                }
            }
        }
    }

    Optional<UsageReading> usage(JobId job) {
        Optional<String> id = id(job);
        if (id.isEmpty()) {
            return Optional.empty();
        }
        String what = "measure " + Labels.containerName(job);
        return switch (engine.json(what, ContainerUsage.path(id.get()))) {
            case Answer.Given<JsonNode>(var statistics) -> ContainerUsage.of(id.get(), statistics);
            case Answer.NotFound<JsonNode> _, Answer.Conflict<JsonNode> _ -> Optional.empty();
        };
    }

    /** All that the engine has kept; says so at the end if that may not be all that was said. */
    void copyLog(JobId job, OutputStream sink) throws IOException {
        Optional<JsonNode> container = find(job);
        if (container.isEmpty()) {
            return;
        }
        var stored = new AtomicLong();
        engine.read(
                "read the log of " + Labels.containerName(job),
                Engine.get(logOf(container.get().path("Id").asText())),
                body -> stored.set(LogFrames.copy(body, sink)));
        Optional<String> warning =
                LogRotation.of(container.get()).flatMap(kept -> kept.warning(stored.get()));
        if (warning.isPresent()) {
            sink.write((warning.get() + "\n").getBytes(UTF_8));
        }
    }

    /** The last lines of standard output alone; long ones come in pieces. */
    void copyLastOutput(JobId job, OutputStream sink) throws IOException {
        Optional<String> id = id(job);
        if (id.isPresent()) {
            engine.read(
                    "read what " + Labels.containerName(job) + " said",
                    Engine.get(
                            "/containers/%s/logs?stdout=1&timestamps=1&tail=%d"
                                    .formatted(id.get(), LAST_LINES)),
                    body -> LogFrames.copy(body, sink));
        }
    }

    /** As {@link #copyLog}, and goes on until the program ends. */
    void followLog(JobId job, OutputStream sink) throws IOException {
        Optional<String> id = id(job);
        if (id.isEmpty()) {
            return;
        }
        try (var opened =
                engine.open(
                        "follow the log of " + Labels.containerName(job),
                        logOf(id.get()) + "&follow=1")) {
            LogFrames.copy(opened.getBody(), sink);
        }
    }

    private static String logOf(String id) {
        return "/containers/" + id + "/logs?stdout=1&stderr=1&timestamps=1";
    }

    /** What the events of ends are asked for with. */
    static ObjectNode endsOf(List<String> labels) {
        ObjectNode filters = JsonNodeFactory.instance.objectNode();
        filters.withArray("type").add("container");
        filters.withArray("event").add("die");
        labels.forEach(filters.withArray("label")::add);
        return filters;
    }
}

package org.securebackend.runner.docker;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.util.HashMap;
import java.util.Map;
import org.securebackend.runner.job.JobId;

/**
 * Containers of jobs that an earlier version of the runner started: they have its names and labels,
 * but no mark of an instance. Only looks.
 */
public final class OlderContainers implements AutoCloseable {
    private final Engine engine;

    /** Whether a container's program is still at work. */
    public enum State {
        RUNNING,
        STOPPED
    }

    public OlderContainers(DockerSettings settings) {
        this.engine = new Engine(settings.engine(), settings.callTimeout());
    }

    /**
     * By job.
     *
     * @throws org.securebackend.runner.executor.ExecutorException if the engine cannot be asked
     */
    public Map<JobId, State> left() {
        String what = "list containers of an earlier version";
        ObjectNode filters = JsonNodeFactory.instance.objectNode();
        filters.withArray("label").add(Labels.RUNNER);
        String path =
                "/containers/json?all=1&filters=" + URLEncoder.encode(filters.toString(), UTF_8);
        var left = new HashMap<JobId, State>();
        for (JsonNode container : Engine.orRefuse(what, engine.json(what, path))) {
            if (!container.path("Labels").has(Labels.INSTANCE)) {
                State state = state(container.path("State").asText(""));
                for (JsonNode name : container.path("Names")) {
                    Labels.jobIn(name.asText("")).ifPresent(job -> left.put(job, state));
                }
            }
        }
        return left;
    }

    private static State state(String word) {
        return switch (word) {
            case "exited", "dead", "created", "removing" -> State.STOPPED;
            default -> State.RUNNING;
        };
    }

    @Override
    public void close() {
        engine.close();
    }
}

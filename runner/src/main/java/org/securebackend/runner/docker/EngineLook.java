package org.securebackend.runner.docker;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.securebackend.runner.job.ImageDigest;

/**
 * What an engine says of itself, its images and networks. Only asks. Every method throws {@link
 * org.securebackend.runner.executor.ExecutorException} if that cannot be done.
 */
public final class EngineLook implements AutoCloseable {
    private final Engine engine;

    public EngineLook(DockerSettings settings) {
        this.engine = new Engine(settings.engine(), settings.callTimeout());
    }

    /**
     * What an engine says of itself.
     *
     * @param missingLimits what it cannot limit, by name
     */
    public record Facts(
            String version,
            String storageDriver,
            String cgroups,
            int processors,
            long memoryBytes,
            List<String> missingLimits) {
        public Facts {
            missingLimits = List.copyOf(missingLimits);
        }
    }

    public Facts facts() {
        String what = "ask what it is";
        JsonNode info = Engine.orRefuse(what, engine.json(what, "/info"));
        var missing = new ArrayList<String>();
        Map<String, String> limits =
                Map.of(
                        "MemoryLimit",
                        "memory",
                        "CpuCfsQuota",
                        "processors",
                        "PidsLimit",
                        "processes");
        limits.forEach((field, name) -> {
            if (info.has(field) && !info.get(field).asBoolean()) {
                missing.add(name);
            }
        });
        missing.sort(null);
        return new Facts(
                info.path("ServerVersion").asText("?"),
                info.path("Driver").asText("?"),
                info.path("CgroupVersion").asText("1"),
                info.path("NCPU").asInt(),
                info.path("MemTotal").asLong(),
                missing);
    }

    /** Every image by each of its names, {@code registry/name:version}. */
    public Map<String, ImageDigest> images() {
        String what = "list images";
        var images = new HashMap<String, ImageDigest>();
        for (JsonNode image : Engine.orRefuse(what, engine.json(what, "/images/json"))) {
            String id = image.path("Id").asText();
            if (ImageDigest.isValid(id)) {
                image.path("RepoTags")
                        .forEach(tag -> images.put(tag.asText(), new ImageDigest(id)));
            }
        }
        return images;
    }

    /** Addresses of a network's gateways; empty if there is no such network. */
    public Optional<List<String>> gateways(String network) {
        String what = "look for network " + network;
        String path = "/networks/" + URLEncoder.encode(network, StandardCharsets.UTF_8);
        return switch (engine.json(what, path)) {
            case Answer.Given<JsonNode>(var found) -> Optional.of(gatewaysIn(found));
            case Answer.NotFound<JsonNode> _ -> Optional.empty();
            case Answer.Conflict<JsonNode>(var message) -> throw Engine.refused(what, message);
        };
    }

    private static List<String> gatewaysIn(JsonNode network) {
        var gateways = new ArrayList<String>();
        for (JsonNode range : network.path("IPAM").path("Config")) {
            String gateway = range.path("Gateway").asText("");
            if (!gateway.isEmpty()) {
                gateways.add(gateway.replaceFirst("/.*", ""));
            }
        }
        return gateways;
    }

    @Override
    public void close() {
        engine.close();
    }
}

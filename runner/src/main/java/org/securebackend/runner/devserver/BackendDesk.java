package org.securebackend.runner.devserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.securebackend.runner.devserver.DevServerSettings.Backend;

/** Knows the backends by their tokens, when each was here last and its flags. Thread-safe. */
final class BackendDesk {
    private final List<Backend> backends;
    private final Map<String, Visit> visits = new LinkedHashMap<>();

    BackendDesk(List<Backend> backends) {
        this.backends = backends;
    }

    private record Visit(Instant at, JsonNode flags) {}

    /** The backend of a token. */
    Optional<Backend> known(String token) {
        return backends.stream().filter(backend -> isSame(backend.token(), token)).findFirst();
    }

    /** Takes the same time wherever the first difference is. */
    private static boolean isSame(String one, String other) {
        return MessageDigest.isEqual(
                one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }

    boolean has(String slug) {
        return backends.stream().anyMatch(backend -> backend.slug().equals(slug));
    }

    /** Notes a successful call; flags that are not given stay as they were. */
    synchronized void seen(Backend backend, Optional<JsonNode> flags, Instant now) {
        Visit before = visits.get(backend.slug());
        JsonNode kept = before == null ? Json.object() : before.flags();
        visits.put(backend.slug(), new Visit(now, flags.orElse(kept)));
    }

    /** When a backend was here last. */
    synchronized Optional<Instant> lastSeen(String slug) {
        return Optional.ofNullable(visits.get(slug)).map(Visit::at);
    }

    /** The flags that a backend sent last. */
    synchronized Optional<JsonNode> flags(String slug) {
        return Optional.ofNullable(visits.get(slug)).map(Visit::flags);
    }

    /** All backends, for the page. */
    ArrayNode json() {
        return Json.nodes(backends.stream().map(this::json));
    }

    private ObjectNode json(Backend backend) {
        ObjectNode json = Json.object().put("slug", backend.slug());
        json.put("last_seen", lastSeen(backend.slug()).map(Instant::toString).orElse(null));
        json.set("flags", flags(backend.slug()).orElse(Json.object()));
        return json;
    }
}

package org.securebackend.runner.health;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Optional;

/**
 * {@code health.json} in the work directory: the daemon's {@link Health}, for other processes to
 * read. It is always whole.
 */
public final class HealthFile {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Path file;

    public HealthFile(Path workDirectory) {
        this.file = workDirectory.resolve("health.json");
    }

    public void write(Health health) throws IOException {
        ObjectNode json = MAPPER.createObjectNode();
        json.put("at", health.at().toString());
        json.put("next", health.next().toString());
        json.put("pid", health.pid());
        var stuck = json.putArray("stuck");
        for (Health.Stuck each : health.stuck()) {
            stuck.addObject()
                    .put("what", each.what())
                    .put("silent_seconds", each.silent().toSeconds());
        }
        Path next = file.resolveSibling("health.json.new");
        Files.write(next, MAPPER.writeValueAsBytes(json));
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** What the daemon wrote last; empty if none ever did. */
    public Optional<Health> read() throws IOException {
        try {
            return Optional.of(health(MAPPER.readTree(Files.readAllBytes(file))));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (DateTimeException e) {
            throw new IOException("%s is not what a daemon writes".formatted(file), e);
        }
    }

    private static Health health(JsonNode json) {
        var stuck = new ArrayList<Health.Stuck>();
        for (JsonNode each : json.path("stuck")) {
            stuck.add(
                    new Health.Stuck(
                            each.path("what").asText(),
                            Duration.ofSeconds(each.path("silent_seconds").asLong())));
        }
        return new Health(
                Instant.parse(json.path("at").asText()),
                Instant.parse(json.path("next").asText()),
                json.path("pid").asLong(),
                stuck);
    }

    /** Nobody is at work any more. */
    public void remove() throws IOException {
        Files.deleteIfExists(file);
    }
}

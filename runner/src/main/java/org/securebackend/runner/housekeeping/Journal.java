package org.securebackend.runner.housekeeping;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What became of each task the last time, in {@code housekeeping.json} in the work directory. One
 * that cannot be read counts as empty: nothing depends on it but when the next turn is.
 */
public final class Journal {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Path file;

    public Journal(Path workDirectory) {
        this.file = workDirectory.resolve("housekeeping.json");
    }

    /**
     * A task's last run.
     *
     * @param text what was done, or why not
     */
    public record Entry(String task, Instant at, Ending ending, String text) {}

    /** How a run ended. */
    public enum Ending {
        DONE,
        FAILED
    }

    /** The last run of each task, in their order. */
    public List<Entry> entries() throws IOException {
        var entries = new ArrayList<Entry>();
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return entries;
        }
        try {
            for (JsonNode entry : MAPPER.readTree(Files.readString(file)).path("tasks")) {
                entries.add(
                        new Entry(
                                entry.path("task").asText(),
                                Instant.parse(entry.path("at").asText()),
                                Ending.valueOf(
                                        entry.path("ending").asText().toUpperCase(Locale.ROOT)),
                                entry.path("text").asText()));
            }
            return entries;
        } catch (JsonProcessingException | DateTimeException | IllegalArgumentException e) {
            return List.of();
        }
    }

    /** Puts these in the place of what was there. */
    void write(List<Entry> entries) throws IOException {
        ObjectNode root = MAPPER.createObjectNode();
        for (Entry entry : entries) {
            root.withArray("tasks")
                    .addObject()
                    .put("task", entry.task())
                    .put("at", entry.at().toString())
                    .put("ending", entry.ending().name().toLowerCase(Locale.ROOT))
                    .put("text", entry.text());
        }
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        Files.writeString(fresh, root.toPrettyString() + "\n");
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }
}

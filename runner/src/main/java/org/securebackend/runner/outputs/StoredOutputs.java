package org.securebackend.runner.outputs;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.WorkspaceName;
import org.securebackend.runner.outputs.storage.Copying;
import org.securebackend.runner.outputs.storage.FileFacts;
import org.securebackend.runner.outputs.storage.Steps;
import org.securebackend.runner.outputs.storage.Storage;
import org.securebackend.runner.outputs.storage.StorageModes;
import org.securebackend.runner.outputs.storage.StoragePath;

/**
 * What can be told of output files that another runner stored. Only reads, and believes a manifest
 * where it agrees with the file itself. For one thread.
 */
public final class StoredOutputs {
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    /** Manifests hold times as floating point numbers, good for a fraction of a microsecond. */
    private static final BigDecimal TIME_TOLERANCE = new BigDecimal("0.000002");

    private final Storage high;
    private final Storage medium;
    private final Map<WorkspaceName, JsonNode> manifests = new HashMap<>();

    public StoredOutputs(OutputsSettings settings) {
        this.high = storage(settings.high(), settings.modes());
        this.medium = storage(settings.medium(), settings.modes());
    }

    private static Storage storage(Path base, StorageModes modes) {
        return new Storage(base, modes, Steps.FREE);
    }

    /** A file, and how its facts came to be known. */
    public record Stored(
            long bytes,
            String sha256,
            Instant modifiedAt,
            OptionalLong rows,
            OptionalLong columns,
            Source source) {}

    /** How facts came to be known. */
    public enum Source {
        /** The file was read. */
        HASHED,
        /** The manifest knows it; size and time of the file agree. */
        MANIFEST,
        /** The file is not there; the manifest knows what it was. */
        MANIFEST_ONLY
    }

    /**
     * A file of a workspace that {@code job} was the last to write; empty if there is none, nor
     * another trace of it.
     *
     * @throws IOException if a storage cannot be read
     */
    public Optional<Stored> find(WorkspaceName workspace, String path, JobId job)
            throws IOException {
        StoragePath place;
        try {
            place = Places.output(workspace, path);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        Optional<JsonNode> entry = entry(workspace, path, job);
        Optional<FileFacts> file = high.facts(place);
        if (file.isEmpty()) {
            return entry.map(known -> of(known, Source.MANIFEST_ONLY));
        }
        if (entry.filter(known -> agrees(known, file.get())).isPresent()) {
            return entry.map(known -> of(known, Source.MANIFEST));
        }
        return Optional.of(hashed(place, file.get()));
    }

    private Stored hashed(StoragePath place, FileFacts file) throws IOException {
        try (FileChannel content = high.read(place)) {
            String sha256 = Copying.hash(content, Long.MAX_VALUE - 1);
            return new Stored(
                    file.bytes(),
                    sha256,
                    file.modifiedAt(),
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    Source.HASHED);
        }
    }

    private static boolean agrees(JsonNode entry, FileFacts file) {
        BigDecimal difference =
                entry.path("timestamp")
                        .decimalValue()
                        .subtract(Json.seconds(file.modifiedAt()))
                        .abs();
        return entry.path("size").asLong(-1) == file.bytes()
                && difference.compareTo(TIME_TOLERANCE) <= 0;
    }

    private static Stored of(JsonNode entry, Source source) {
        BigDecimal seconds = entry.path("timestamp").decimalValue();
        return new Stored(
                entry.path("size").asLong(),
                entry.path("content_hash").asText(),
                Instant.ofEpochSecond(0, seconds.movePointRight(9).longValue()),
                count(entry, "row_count"),
                count(entry, "col_count"),
                source);
    }

    private static OptionalLong count(JsonNode entry, String key) {
        JsonNode value = entry.path(key);
        return value.canConvertToLong() && value.isIntegralNumber()
                ? OptionalLong.of(value.longValue())
                : OptionalLong.empty();
    }

    /** What the manifest says of a file, if it is that job's and says all that is needed. */
    private Optional<JsonNode> entry(WorkspaceName workspace, String path, JobId job)
            throws IOException {
        JsonNode entry = manifest(workspace).path("outputs").path(path);
        boolean whole =
                entry.path("job_id").asText().equals(job.value())
                        && entry.path("size").isIntegralNumber()
                        && entry.path("timestamp").isNumber()
                        && SHA256.matcher(entry.path("content_hash").asText()).matches();
        return whole ? Optional.of(entry) : Optional.empty();
    }

    private JsonNode manifest(WorkspaceName workspace) throws IOException {
        JsonNode known = manifests.get(workspace);
        if (known != null) {
            return known;
        }
        StoragePath place = Places.metadata(workspace, "manifest.json");
        JsonNode manifest = Json.object();
        if (medium.facts(place).isPresent()) {
            try (InputStream bytes = Channels.newInputStream(medium.read(place))) {
                String text = new String(bytes.readAllBytes(), StandardCharsets.UTF_8);
                manifest = Json.objectIn(text).orElseGet(Json::object);
            }
        }
        // One at a time: they may be large, and are asked for workspace by workspace.
        manifests.clear();
        manifests.put(workspace, manifest);
        return manifest;
    }
}

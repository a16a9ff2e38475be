package org.securebackend.runner.outputs;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import org.securebackend.runner.outputs.Manifest.Entry;
import org.securebackend.runner.outputs.Manifest.Kept;
import org.securebackend.runner.outputs.Manifest.Odd;
import org.securebackend.runner.outputs.Manifest.Standing;

/** Reads a manifest once through, without keeping what its entries say. */
final class ManifestReading {
    private final JsonParser parser;
    private final ObjectNode root = Json.object();
    private final SequencedMap<String, Entry> entries = new LinkedHashMap<>();
    private int ordinal;

    /** False for text that is not in UTF-8, of which no bytes can be kept. */
    private boolean hasPlaces = true;

    private ManifestReading(JsonParser parser) {
        this.parser = parser;
    }

    /** The manifest in {@code text}; empty if that is none. Very old ones have no outputs. */
    static Optional<Manifest> read(InputStream text) throws IOException {
        try (JsonParser parser = Json.parser(text)) {
            return new ManifestReading(parser).all();
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    /** What an entry says, read again from the file that the manifest was read from. */
    static JsonNode entry(FileChannel file, Kept kept) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(kept.to() - kept.from()));
        while (bytes.hasRemaining()) {
            if (file.read(bytes, kept.from() + bytes.position()) < 0) {
                throw new EOFException("a manifest became shorter while it was read");
            }
        }
        String named = new String(bytes.array(), StandardCharsets.UTF_8);
        return Json.objectIn("{" + named + "}")
                .orElseThrow(() -> new IOException("a manifest changed while it was read"))
                .elements()
                .next();
    }

    private Optional<Manifest> all() throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            return Optional.empty();
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (!name.equals(Manifest.OUTPUTS)) {
                root.set(name, Json.value(parser));
            } else if (value == JsonToken.START_OBJECT && !root.has(Manifest.OUTPUTS)) {
                root.putNull(Manifest.OUTPUTS);
                readEntries();
            } else {
                return Optional.empty();
            }
        }
        if (parser.nextToken() != null || !hasPlaces) {
            return Optional.empty();
        }
        if (!root.has(Manifest.OUTPUTS)) {
            root.putNull(Manifest.OUTPUTS);
        }
        return Optional.of(new Manifest(root, entries));
    }

    private void readEntries() throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String path = parser.currentName();
            long from = parser.currentTokenLocation().getByteOffset();
            Entry entry =
                    parser.nextToken() == JsonToken.START_OBJECT
                            ? kept(from)
                            : new Odd(Json.value(parser));
            entries.remove(path);
            entries.put(path, entry);
        }
    }

    private Kept kept(long from) throws IOException {
        String level = "";
        boolean excluded = false;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            switch (name) {
                case "level" -> level = parser.getValueAsString("");
                case "excluded" -> excluded = value == JsonToken.VALUE_TRUE;
                default -> {
                    // Kept as it stands.
                }
            }
            parser.skipChildren();
        }
        long to = parser.currentLocation().getByteOffset();
        hasPlaces &= from >= 0 && to > from;
        return new Kept(ordinal++, from, to, Standing.of(level, excluded));
    }
}

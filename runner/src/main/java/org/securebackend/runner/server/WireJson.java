package org.securebackend.runner.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.securebackend.runner.server.JobServer.FlagValue;

/** JSON as it goes over the wire: compact, pure ASCII. */
final class WireJson {
    private static final JsonMapper MAPPER =
            JsonMapper.builder()
                    .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
                    .disable(JsonWriteFeature.WRITE_HEX_UPPER_CASE)
                    .disable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private WireJson() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /** What {@code bytes} say, or empty if they are not one JSON value. */
    static Optional<JsonNode> read(byte[] bytes) {
        try {
            return Optional.ofNullable(MAPPER.readTree(bytes))
                    .filter(node -> !node.isMissingNode());
        } catch (IOException e) {
            // Its text could quote the answer: only the fact is of use.
            return Optional.empty();
        }
    }

    static String write(JsonNode node) {
        try {
            return MAPPER.writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain values can be written", e);
        }
    }

    /** The value of the {@code Flags} header (protocol, section 2), by name in order. */
    static String flags(Map<String, FlagValue> flags) {
        ObjectNode all = object();
        new TreeMap<>(flags)
                .forEach((name, flag) ->
                        all.putObject(name)
                                .put("v", flag.value().orElse(null))
                                .put("ts", WireText.micros(flag.changedAt())));
        // The only character left that a header must not hold.
        return write(all).replace("\u007f", "\\u007f");
    }
}

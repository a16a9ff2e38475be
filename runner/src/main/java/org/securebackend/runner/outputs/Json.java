package org.securebackend.runner.outputs;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.Optional;

/** JSON as the other tools of a backend read and write it: two blanks deep, times as numbers. */
final class Json {
    private static final int MICROSECONDS = 6;

    private static final ObjectMapper MAPPER =
            JsonMapper.builder(
                            // Names in a manifest are files: as many as there are, each once.
                            JsonFactory.builder()
                                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                                    .build())
                    .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
                    .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .build();
    private static final ObjectWriter WRITER = MAPPER.writer(printer());

    private Json() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** The object that {@code text} holds; empty if it holds anything else. */
    static Optional<ObjectNode> objectIn(String text) {
        try {
            JsonNode value = MAPPER.readTree(text);
            return value instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    /** Reads bytes token by token; its places are offsets in them. To be closed. */
    static JsonParser parser(InputStream bytes) throws IOException {
        return MAPPER.createParser(bytes);
    }

    /** The value that {@code parser} stands on the first token of. */
    static JsonNode value(JsonParser parser) throws IOException {
        return MAPPER.readTree(parser);
    }

    /** A value as it stands that many blanks deep, from its first character to its last. */
    static String text(JsonNode value, int depth) {
        try {
            // No text in JSON has a line break in it, so all of them are the printer's.
            return WRITER.writeValueAsString(value).replace("\n", "\n" + " ".repeat(depth));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of JSON values can always be written", e);
        }
    }

    static String text(ObjectNode value) {
        return text(value, 0) + "\n";
    }

    /** Seconds since 1970 with their fraction. */
    static BigDecimal seconds(Instant time) {
        return BigDecimal.valueOf(time.getEpochSecond())
                .add(BigDecimal.valueOf(time.getNano(), 9))
                .setScale(MICROSECONDS, RoundingMode.DOWN);
    }

    private static DefaultPrettyPrinter printer() {
        var indenter = new DefaultIndenter("  ", "\n");
        var separators =
                Separators.createDefaultInstance()
                        .withObjectFieldValueSpacing(Separators.Spacing.AFTER);
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter(separators);
        printer.indentObjectsWith(indenter);
        printer.indentArraysWith(indenter);
        return printer;
    }
}

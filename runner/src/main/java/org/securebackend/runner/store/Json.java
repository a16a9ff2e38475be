package org.securebackend.runner.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The words that the codecs of this room are written in. What cannot be read throws {@link
 * StoreException}; no message repeats a row's content.
 */
final class Json {
    /** The field that says which of several alternatives an object is. */
    private static final String KIND = "is";

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Json() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** An object that is the alternative {@code kind}. */
    static ObjectNode kind(String kind) {
        return object().put(KIND, kind);
    }

    static String kindOf(JsonNode node) {
        return text(node, KIND);
    }

    static StoreException unknownKind(String what, JsonNode node) {
        return new StoreException(
                "the database holds a %s of an unknown kind, \"%s\": was it written by a newer version of this program?"
                        .formatted(what, kindOf(node)),
                null);
    }

    static String write(JsonNode node) {
        try {
            return MAPPER.writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new StoreException("a value cannot be written as JSON", e);
        }
    }

    static JsonNode read(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new StoreException("the database holds a value that is not JSON", e);
        }
    }

    static JsonNode field(JsonNode node, String name) {
        JsonNode value = node.get(name);
        if (value == null) {
            throw unreadable(name, null);
        }
        return value;
    }

    static String text(JsonNode node, String name) {
        JsonNode value = field(node, name);
        if (!value.isTextual()) {
            throw unreadable(name, null);
        }
        return value.textValue();
    }

    static int integer(JsonNode node, String name) {
        JsonNode value = field(node, name);
        if (!value.canConvertToInt()) {
            throw unreadable(name, null);
        }
        return value.intValue();
    }

    static boolean truth(JsonNode node, String name) {
        JsonNode value = field(node, name);
        if (!value.isBoolean()) {
            throw unreadable(name, null);
        }
        return value.booleanValue();
    }

    static Instant instant(JsonNode node, String name) {
        try {
            return Instant.parse(text(node, name));
        } catch (DateTimeException e) {
            throw unreadable(name, e);
        }
    }

    static Duration duration(JsonNode node, String name) {
        try {
            return Duration.parse(text(node, name));
        } catch (DateTimeException e) {
            throw unreadable(name, e);
        }
    }

    static <E extends Enum<E>> E choice(JsonNode node, String name, Class<E> type) {
        try {
            return Enum.valueOf(type, text(node, name));
        } catch (IllegalArgumentException e) {
            throw unreadable(name, e);
        }
    }

    /** A field that is left out if it has no value. */
    static Optional<JsonNode> maybe(JsonNode node, String name) {
        return Optional.ofNullable(node.get(name));
    }

    static <T> ArrayNode list(Collection<T> values, Function<T, JsonNode> codec) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode(values.size());
        values.forEach(value -> array.add(codec.apply(value)));
        return array;
    }

    static <T> List<T> listOf(JsonNode node, String name, Function<JsonNode, T> codec) {
        JsonNode array = field(node, name);
        if (!array.isArray()) {
            throw unreadable(name, null);
        }
        var values = new ArrayList<T>(array.size());
        array.forEach(element -> values.add(codec.apply(element)));
        return values;
    }

    static ArrayNode texts(Collection<String> values) {
        return list(values, JsonNodeFactory.instance::textNode);
    }

    static List<String> textsOf(JsonNode node, String name) {
        return listOf(
                node,
                name,
                element -> {
                    if (!element.isTextual()) {
                        throw unreadable(name, null);
                    }
                    return element.textValue();
                });
    }

    private static StoreException unreadable(String name, @Nullable Throwable cause) {
        return new StoreException(
                "the database holds a value whose field \"%s\" cannot be read".formatted(name),
                cause);
    }
}

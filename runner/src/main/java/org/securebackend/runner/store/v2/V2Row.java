package org.securebackend.runner.store.v2;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;

/**
 * A row of version 2's table {@code job}, column by column. A column that its schema does not have
 * yet is empty. What is in it is believed only as far as its form: {@link UnfitRowException}.
 */
final class V2Row {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long NANOS = 1_000_000_000;

    private final Map<String, Object> values;

    private V2Row(Map<String, Object> values) {
        this.values = values;
    }

    static V2Row of(ResultSet row) throws SQLException {
        var values = new LinkedHashMap<String, Object>();
        var columns = row.getMetaData();
        for (int i = 1; i <= columns.getColumnCount(); i++) {
            Object value = row.getObject(i);
            if (value != null) {
                values.put(columns.getColumnName(i), value);
            }
        }
        return new V2Row(values);
    }

    /** A text that is not empty. */
    Optional<String> text(String column) {
        return Optional.ofNullable(values.get(column))
                .map(String::valueOf)
                .filter(text -> !text.isEmpty());
    }

    String need(String column) {
        return text(column).orElseThrow(() -> new UnfitRowException("has no " + column));
    }

    OptionalLong number(String column) {
        return values.get(column) instanceof Number number
                ? OptionalLong.of(number.longValue())
                : OptionalLong.empty();
    }

    /** 0, 1 or nothing. */
    boolean isSet(String column) {
        return number(column).orElse(0) != 0;
    }

    /** Whole seconds since 1970. */
    Optional<Instant> time(String column) {
        OptionalLong seconds = number(column);
        return seconds.isPresent()
                ? Optional.of(Instant.ofEpochSecond(seconds.getAsLong()))
                : Optional.empty();
    }

    Instant createdAt() {
        return time("created_at").or(() -> time("updated_at")).orElse(Instant.EPOCH);
    }

    /** When its code last changed; rows of before that was kept have 0 or nothing there. */
    Instant changedAt() {
        long nanos = number("status_code_updated_at").orElse(0);
        return nanos > 0
                ? Instant.ofEpochSecond(nanos / NANOS, nanos % NANOS)
                : time("updated_at").orElseGet(this::createdAt);
    }

    /** When it ended. */
    Instant endedAt() {
        return time("completed_at").orElseGet(this::changedAt);
    }

    /** A list of texts; nothing is an empty one. */
    List<String> texts(String column) {
        JsonNode list = json(column);
        if (!list.isMissingNode() && !list.isArray()) {
            throw new UnfitRowException(column + " is not a list");
        }
        var texts = new ArrayList<String>();
        list.forEach(text -> texts.add(text.asText()));
        return texts;
    }

    /** Texts by text, in order; nothing is empty. */
    SequencedMap<String, String> pairs(String column) {
        JsonNode object = object(column);
        var pairs = new LinkedHashMap<String, String>();
        object.properties().forEach(pair -> pairs.put(pair.getKey(), pair.getValue().asText()));
        return pairs;
    }

    /** An object; nothing is an empty one. */
    JsonNode object(String column) {
        JsonNode object = json(column);
        if (!object.isMissingNode() && !object.isObject()) {
            throw new UnfitRowException(column + " is not an object");
        }
        return object;
    }

    private JsonNode json(String column) {
        try {
            JsonNode value = JSON.readTree(text(column).orElse("null"));
            return value == null || value.isNull() ? MissingNode.getInstance() : value;
        } catch (JsonProcessingException e) {
            throw new UnfitRowException(column + " is not JSON");
        }
    }

    /** A column holds what it never should; the message names the column, never its content. */
    static final class UnfitRowException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnfitRowException(String message) {
            super(message);
        }
    }
}

package org.securebackend.runner.yaml;

import java.util.Optional;

/**
 * A single value.
 *
 * @param text as written, quotes and escapes resolved
 * @param value what it means
 */
public record YamlScalar(Position position, String text, CoreValue value) implements YamlNode {

    /** The value, if it is a string. */
    public Optional<String> string() {
        return value instanceof CoreValue.Text(String string)
                ? Optional.of(string)
                : Optional.empty();
    }

    /** Whether nothing is there. */
    public boolean isNull() {
        return value instanceof CoreValue.Null;
    }
}

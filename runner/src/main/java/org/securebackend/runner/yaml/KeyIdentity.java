package org.securebackend.runner.yaml;

import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * Tells whether two keys are the same: 16 and 0x10 are, and so are 1, 1.0 and true (as in the
 * language that most actions are written in); 1 and "1" are not.
 */
final class KeyIdentity {
    private KeyIdentity() {}

    /** A text that equals another key's exactly if the keys are the same. */
    static String of(YamlNode key) {
        var identity = new StringBuilder();
        append(key, identity);
        return identity.toString();
    }

    private static void append(YamlNode key, StringBuilder identity) {
        switch (key) {
            case YamlScalar scalar -> append(scalar, identity);
            case YamlSequence(_, var items) -> {
                identity.append('[');
                for (YamlNode item : items) {
                    append(item, identity);
                    identity.append(',');
                }
                identity.append(']');
            }
            case YamlMapping(_, var entries) -> {
                identity.append('{');
                for (YamlMapping.Entry entry : entries) {
                    append(entry.key(), identity);
                    identity.append(':');
                    append(entry.value(), identity);
                    identity.append(',');
                }
                identity.append('}');
            }
        }
    }

    private static void append(YamlScalar scalar, StringBuilder identity) {
        switch (scalar.value()) {
            case CoreValue.Null() -> identity.append("null");
            case CoreValue.Bool(boolean value) ->
                    number(value ? BigDecimal.ONE : BigDecimal.ZERO, identity);
            case CoreValue.Whole(BigInteger value) -> number(new BigDecimal(value), identity);
            case CoreValue.Real(double value) when Double.isFinite(value) ->
                    number(new BigDecimal(value), identity);
            case CoreValue.Real(double value) -> identity.append('#').append(value);
            case CoreValue.Text(String value) -> quoted('"', value, identity);
            case CoreValue.Date(String text) -> quoted('d', text, identity);
            case CoreValue.Tagged(String tag, String text) -> {
                quoted('!', tag, identity);
                quoted('!', text, identity);
            }
        }
    }

    private static void number(BigDecimal value, StringBuilder identity) {
        identity.append('#').append(value.stripTrailingZeros());
    }

    /** The length in front makes any content unambiguous. */
    private static void quoted(char kind, String text, StringBuilder identity) {
        identity.append(kind).append(text.length()).append(kind).append(text);
    }
}

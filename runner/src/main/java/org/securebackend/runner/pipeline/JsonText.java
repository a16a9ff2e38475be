package org.securebackend.runner.pipeline;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Optional;
import org.securebackend.runner.yaml.CoreValue;
import org.securebackend.runner.yaml.YamlMapping;
import org.securebackend.runner.yaml.YamlNode;
import org.securebackend.runner.yaml.YamlScalar;
import org.securebackend.runner.yaml.YamlSequence;

/**
 * A YAML value as one line of JSON, to the letter of the project-yaml spec, section 7: separators
 * {@code ", "} and {@code ": "}, everything but printable ASCII as {@code \\uXXXX}, numbers in
 * their shortest form. Dates become their text.
 */
final class JsonText {
    private static final int FIRST_PRINTABLE = 0x20;
    private static final int LAST_PRINTABLE = 0x7e;

    private final StringBuilder json = new StringBuilder();
    private Optional<YamlNode> impossible = Optional.empty();

    private JsonText() {}

    /** What became of writing. */
    sealed interface Result {
        record Json(String text) implements Result {}

        /** JSON has nothing for this part of the value. */
        record Impossible(YamlNode part) implements Result {}
    }

    static Result of(YamlNode node) {
        var text = new JsonText();
        text.write(node);
        return text.impossible
                .<Result>map(Result.Impossible::new)
                .orElseGet(() -> new Result.Json(text.json.toString()));
    }

    private void write(YamlNode node) {
        switch (node) {
            case YamlScalar scalar -> write(scalar);
            case YamlSequence sequence -> write(sequence);
            case YamlMapping mapping -> write(mapping);
        }
    }

    private void write(YamlSequence sequence) {
        json.append('[');
        String separator = "";
        for (YamlNode item : sequence.items()) {
            json.append(separator);
            write(item);
            separator = ", ";
        }
        json.append(']');
    }

    private void write(YamlMapping mapping) {
        json.append('{');
        String separator = "";
        for (YamlMapping.Entry entry : mapping.entries()) {
            json.append(separator);
            writeKey(entry.key());
            json.append(": ");
            write(entry.value());
            separator = ", ";
        }
        json.append('}');
    }

    private void writeKey(YamlNode key) {
        if (key instanceof YamlScalar scalar && textOf(scalar).isPresent()) {
            write(scalar);
        } else if (key instanceof YamlScalar scalar) {
            json.append('"');
            write(scalar);
            json.append('"');
        } else {
            impossible = Optional.of(key);
        }
    }

    private static Optional<String> textOf(YamlScalar scalar) {
        return scalar.value() instanceof CoreValue.Date(String text)
                ? Optional.of(text)
                : scalar.string();
    }

    private void write(YamlScalar scalar) {
        switch (scalar.value()) {
            case CoreValue.Null() -> json.append("null");
            case CoreValue.Bool(boolean value) -> json.append(value);
            case CoreValue.Whole(BigInteger value) -> json.append(value);
            case CoreValue.Real(double value) -> json.append(number(value));
            case CoreValue.Text(String value) -> writeText(value);
            case CoreValue.Date(String text) -> writeText(text);
            case CoreValue.Tagged _ -> impossible = Optional.of(scalar);
        }
    }

    private void writeText(String text) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            switch (character) {
                case '"' -> json.append("\\\"");
                case '\\' -> json.append("\\\\");
                case '\n' -> json.append("\\n");
                case '\r' -> json.append("\\r");
                case '\t' -> json.append("\\t");
                case '\b' -> json.append("\\b");
                case '\f' -> json.append("\\f");
                default -> {
                    if (character >= FIRST_PRINTABLE && character <= LAST_PRINTABLE) {
                        json.append(character);
                    } else {
                        json.append(String.format("\\u%04x", (int) character));
                    }
                }
            }
        }
        json.append('"');
    }

    /** The shortest digits that mean this number; an exponent only where many zeros would be. */
    private static String number(double value) {
        if (!Double.isFinite(value)) {
            return Double.toString(value);
        }
        if (value == 0) {
            return 1 / value < 0 ? "-0.0" : "0.0";
        }
        BigDecimal exact = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        int exponent = exact.precision() - exact.scale() - 1;
        if (exponent >= -4 && exponent < 16) {
            String plain = exact.toPlainString();
            return plain.contains(".") ? plain : plain + ".0";
        }
        String digits = exact.unscaledValue().abs().toString();
        return (exact.signum() < 0 ? "-" : "")
                + digits.charAt(0)
                + (digits.length() > 1 ? "." + digits.substring(1) : "")
                + "e"
                + (exponent < 0 ? "-" : "+")
                + (Math.abs(exponent) < 10 ? "0" : "")
                + Math.abs(exponent);
    }
}

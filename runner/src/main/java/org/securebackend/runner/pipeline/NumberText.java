package org.securebackend.runner.pipeline;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Pattern;
import org.securebackend.runner.yaml.CoreValue;
import org.securebackend.runner.yaml.YamlNode;
import org.securebackend.runner.yaml.YamlScalar;

/**
 * Numbers as authors write them: also in quotes, with underscores between digits, blanks around
 * them, and digits of any script; true is 1.
 */
final class NumberText {
    /** Keeps the patterns below, which go deeper with each underscore, within bounds. */
    private static final int LONGEST = 100;

    private static final String DIGITS = "[0-9]+(?:_[0-9]+)*";
    private static final Pattern WHOLE = Pattern.compile("[-+]?" + DIGITS);
    private static final Pattern REAL =
            Pattern.compile(
                    "[-+]?(?:%1$s(?:\\.(?:%1$s)?)?|\\.%1$s)(?:[eE][-+]?%1$s)?".formatted(DIGITS));

    private NumberText() {}

    /** The finite number that the value stands for. */
    static OptionalDouble real(YamlNode node) {
        OptionalDouble number =
                node instanceof YamlScalar scalar ? real(scalar.value()) : OptionalDouble.empty();
        return number.stream().filter(Double::isFinite).findFirst();
    }

    private static OptionalDouble real(CoreValue value) {
        return switch (value) {
            case CoreValue.Whole(BigInteger number) -> OptionalDouble.of(number.doubleValue());
            case CoreValue.Real(double number) -> OptionalDouble.of(number);
            case CoreValue.Bool(boolean truth) -> OptionalDouble.of(truth ? 1 : 0);
            case CoreValue.Text(String text) -> {
                String plain = plain(text);
                yield REAL.matcher(plain).matches()
                        ? OptionalDouble.of(Double.parseDouble(plain.replace("_", "")))
                        : OptionalDouble.empty();
            }
            case CoreValue.Null(), CoreValue.Date _, CoreValue.Tagged _ -> OptionalDouble.empty();
        };
    }

    /** The whole number that the value stands for, fractions cut off. */
    static Optional<BigInteger> whole(YamlNode node) {
        return node instanceof YamlScalar scalar ? whole(scalar.value()) : Optional.empty();
    }

    private static Optional<BigInteger> whole(CoreValue value) {
        return switch (value) {
            case CoreValue.Whole(BigInteger number) -> Optional.of(number);
            case CoreValue.Real(double number) when Double.isFinite(number) ->
                    Optional.of(new BigDecimal(number).toBigInteger());
            case CoreValue.Bool(boolean truth) ->
                    Optional.of(truth ? BigInteger.ONE : BigInteger.ZERO);
            case CoreValue.Text(String text) -> {
                String plain = plain(text);
                yield WHOLE.matcher(plain).matches()
                        ? Optional.of(new BigInteger(plain.replace("_", "")))
                        : Optional.empty();
            }
            case CoreValue.Real _, CoreValue.Null(), CoreValue.Date _, CoreValue.Tagged _ ->
                    Optional.empty();
        };
    }

    private static String plain(String text) {
        if (text.length() > LONGEST) {
            return "";
        }
        var plain = new StringBuilder();
        text.strip()
                .codePoints()
                .forEach(c -> {
                    if (Character.isDigit(c)) {
                        plain.append(Character.digit(c, 10));
                    } else {
                        plain.appendCodePoint(c);
                    }
                });
        return plain.toString();
    }
}

package org.securebackend.runner.yaml;

import java.math.BigInteger;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What an unquoted scalar means. {@link #YAML_1_2} is the core schema of YAML 1.2 with two
 * additions that study authors rely on: underscores in numbers, and dates. {@link #YAML_1_1} holds
 * under a {@code %YAML 1.1} header: {@code yes} is true, {@code 010} is 8, {@code 1:30} is 90.
 */
enum CoreSchema {
    YAML_1_2(
            Pattern.compile("true|True|TRUE"),
            Pattern.compile("false|False|FALSE"),
            Pattern.compile("[-+]?[0-9][0-9_]*+"),
            Pattern.compile("[-+]?0o[0-7_]++")),
    YAML_1_1(
            Pattern.compile("true|True|TRUE|yes|Yes|YES|on|On|ON|y|Y"),
            Pattern.compile("false|False|FALSE|no|No|NO|off|Off|OFF|n|N"),
            Pattern.compile("[-+]?(?:0|[1-9][0-9_]*+)"),
            Pattern.compile("[-+]?0[0-7_]++"));

    /**
     * Longer scalars are never numbers: a number of a million digits only serves to keep us busy.
     */
    private static final int LONGEST_NUMBER = 4300;

    private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL");
    private static final Pattern BINARY = Pattern.compile("[-+]?0b[01_]++");
    private static final Pattern HEXADECIMAL = Pattern.compile("[-+]?0x[0-9a-fA-F_]++");
    private static final Pattern SIXTIES = Pattern.compile("[-+]?[1-9][0-9_]*+[:][0-9:]++");
    private static final Pattern REAL =
            Pattern.compile(
                    "[-+]?[0-9][0-9_]*+(?:\\.[0-9_]*+(?:[eE][-+]?[0-9]++)?|[eE][-+]?[0-9]++)"
                            + "|[-+]?\\.[0-9][0-9_]*+(?:[eE][-+]?[0-9]++)?");
    private static final Pattern INFINITE = Pattern.compile("[-+]?\\.(?:inf|Inf|INF)");
    private static final Pattern NOT_A_NUMBER = Pattern.compile("\\.(?:nan|NaN|NAN)");

    private final Pattern trues;
    private final Pattern falses;
    private final Pattern decimal;
    private final Pattern octal;

    CoreSchema(Pattern trues, Pattern falses, Pattern decimal, Pattern octal) {
        this.trues = trues;
        this.falses = falses;
        this.decimal = decimal;
        this.octal = octal;
    }

    /** What this unquoted text means. */
    CoreValue resolve(String text) {
        if (NULLS.contains(text)) {
            return new CoreValue.Null();
        }
        if (text.length() > LONGEST_NUMBER) {
            return new CoreValue.Text(text);
        }
        return bool(text)
                .or(() -> whole(text))
                .or(() -> real(text))
                .or(() -> date(text))
                .orElseGet(() -> new CoreValue.Text(text));
    }

    /** The truth value that this text stands for. */
    Optional<CoreValue> bool(String text) {
        if (trues.matcher(text).matches()) {
            return Optional.of(new CoreValue.Bool(true));
        }
        return falses.matcher(text).matches()
                ? Optional.of(new CoreValue.Bool(false))
                : Optional.empty();
    }

    /** The whole number that this text stands for. */
    Optional<CoreValue> whole(String text) {
        if (text.isEmpty() || text.length() > LONGEST_NUMBER) {
            return Optional.empty();
        }
        if (this == YAML_1_1 && octal.matcher(text).matches()) {
            return digits(text, 1, 8);
        }
        if (decimal.matcher(text).matches()) {
            return digits(text, 0, 10);
        }
        if (octal.matcher(text).matches()) {
            return digits(text, 2, 8);
        }
        if (HEXADECIMAL.matcher(text).matches()) {
            return digits(text, 2, 16);
        }
        if (BINARY.matcher(text).matches()) {
            return digits(text, 2, 2);
        }
        return this == YAML_1_1 && SIXTIES.matcher(text).matches()
                ? sixties(text)
                : Optional.empty();
    }

    private static Optional<CoreValue> digits(String text, int prefix, int radix) {
        boolean signed = text.startsWith("-") || text.startsWith("+");
        String digits = text.substring(prefix + (signed ? 1 : 0)).replace("_", "");
        if (digits.isEmpty()) {
            return Optional.empty();
        }
        var value = new BigInteger(digits, radix);
        return Optional.of(new CoreValue.Whole(text.startsWith("-") ? value.negate() : value));
    }

    private static Optional<CoreValue> sixties(String text) {
        boolean signed = text.startsWith("-") || text.startsWith("+");
        BigInteger value = BigInteger.ZERO;
        for (String part : text.substring(signed ? 1 : 0).replace("_", "").split(":", -1)) {
            boolean first = value.signum() == 0;
            if (part.isEmpty() || (!first && !isSixtieth(part))) {
                return Optional.empty();
            }
            value = value.multiply(BigInteger.valueOf(60)).add(new BigInteger(part));
        }
        return Optional.of(new CoreValue.Whole(text.startsWith("-") ? value.negate() : value));
    }

    private static boolean isSixtieth(String part) {
        return part.length() <= 2 && Integer.parseInt(part) < 60;
    }

    /** The number with a fraction that this text stands for. */
    Optional<CoreValue> real(String text) {
        if (text.length() > LONGEST_NUMBER) {
            return Optional.empty();
        }
        if (REAL.matcher(text).matches()) {
            return Optional.of(new CoreValue.Real(Double.parseDouble(text.replace("_", ""))));
        }
        if (INFINITE.matcher(text).matches()) {
            return Optional.of(
                    new CoreValue.Real(
                            text.startsWith("-")
                                    ? Double.NEGATIVE_INFINITY
                                    : Double.POSITIVE_INFINITY));
        }
        return NOT_A_NUMBER.matcher(text).matches()
                ? Optional.of(new CoreValue.Real(Double.NaN))
                : Optional.empty();
    }

    private static Optional<CoreValue> date(String text) {
        return Dates.looksLikeOne(text) ? Optional.of(new CoreValue.Date(text)) : Optional.empty();
    }
}

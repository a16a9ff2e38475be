package org.securebackend.runner.config;

import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.securebackend.runner.yaml.CoreValue;
import org.securebackend.runner.yaml.Position;
import org.securebackend.runner.yaml.YamlMapping;
import org.securebackend.runner.yaml.YamlNode;
import org.securebackend.runner.yaml.YamlReader;
import org.securebackend.runner.yaml.YamlReading;
import org.securebackend.runner.yaml.YamlScalar;
import org.securebackend.runner.yaml.YamlSequence;

/** The forms that values of settings have. */
final class Forms {
    private static final int LONGEST_SHOWN = 60;
    private static final Pattern DECIMAL = Pattern.compile("[0-9]{1,15}(?:\\.[0-9]{1,9})?");
    private static final Pattern DURATION =
            Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,9})?) ?(ms|s|m|h|d)?");
    private static final Pattern BYTES =
            Pattern.compile("([0-9]{1,15}(?:\\.[0-9]{1,9})?) ?([kmgtp]?)(?:i?b)?");
    private static final Pattern LOOPBACK =
            Pattern.compile("127\\.[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}");
    private static final String UNITS = "kmgtp";
    private static final Set<String> TRUE = Set.of("true");
    private static final Set<String> FALSE = Set.of("false");

    private Forms() {}

    /** Any text but an empty one. */
    static final Form<String> TEXT = new Form<>(Forms::nonEmptyText, Function.identity());

    static final Form<Secret> SECRET =
            new Form<>(node -> new Secret(secretText(node)), Secret::toString);

    static final Form<Boolean> TRUTH =
            new Form<>(
                    node -> {
                        String text = text(node).toLowerCase(Locale.ROOT);
                        if (!TRUE.contains(text) && !FALSE.contains(text)) {
                            throw unfit("must be true or false", text(node));
                        }
                        return TRUE.contains(text);
                    },
                    value -> Boolean.toString(value));

    private static LocalTime timeOfDay(String text) {
        try {
            return LocalTime.parse(text, DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT));
        } catch (DateTimeException _) {
            throw unfit("must be a time of the day such as 03:30", text);
        }
    }

    /** Seconds, or a number with {@code ms}, {@code s}, {@code m}, {@code h} or {@code d}. */
    static final Form<Duration> DURATION_OF = new Form<>(node -> duration(text(node)), Forms::show);

    static final Form<Duration> POSITIVE_DURATION =
            DURATION_OF.checked(duration -> {
                if (!duration.isPositive()) {
                    throw new UnfitException("must be more than 0");
                }
                return duration;
            });

    /** Hours and minutes, {@code 03:30}. */
    static final Form<LocalTime> TIME_OF_DAY =
            new Form<>(node -> timeOfDay(text(node)), LocalTime::toString);

    /**
     * Bytes, or a number with {@code k}, {@code m}, {@code g} or {@code t} as Docker reads them.
     */
    static final Form<Long> SIZE = new Form<>(node -> bytes(text(node)), value -> value + " bytes");

    static final Form<Long> POSITIVE_SIZE =
            SIZE.checked(bytes -> {
                if (bytes < 1) {
                    throw new UnfitException("must be more than 0");
                }
                return bytes;
            });

    static final Form<Path> PATH = new Form<>(node -> path(text(node)), Path::toString);

    static final Form<Path> ABSOLUTE_PATH =
            PATH.checked(path -> {
                if (!path.isAbsolute()) {
                    throw unfit("must be an absolute path", path.toString());
                }
                return path.normalize();
            });

    /** One of the web's URLs: a host, no user, no question mark. */
    static final Form<URI> WEB_URL = new Form<>(node -> webUrl(text(node)), URI::toString);

    /** Texts: a YAML list, or separated by commas. None is empty. */
    static final Form<List<String>> TEXTS =
            new Form<>(Forms::texts, values -> String.join(",", values));

    /** Spellings that count as true, any letter case; everything else is false. */
    static Form<Boolean> trueOnlyFor(String... spellings) {
        Set<String> all = Set.of(spellings);
        return new Form<>(
                node -> all.contains(text(node).toLowerCase(Locale.ROOT)),
                value -> Boolean.toString(value));
    }

    static Form<Integer> integer(int least, int most) {
        return new Form<>(
                node -> {
                    String rule =
                            most == Integer.MAX_VALUE
                                    ? "must be a whole number, at least " + least
                                    : "must be a whole number from %d to %d".formatted(least, most);
                    int value;
                    try {
                        value = Integer.parseInt(text(node));
                    } catch (NumberFormatException _) {
                        throw unfit(rule, text(node));
                    }
                    if (value < least || value > most) {
                        throw unfit(rule, text(node));
                    }
                    return value;
                },
                value -> Integer.toString(value));
    }

    /** A number above 0, at most {@code most}. */
    static Form<Double> positive(double most) {
        return new Form<>(
                node -> {
                    double value = decimal(text(node), "must be a number above 0").doubleValue();
                    if (value <= 0 || value > most) {
                        throw unfit("must be a number above 0, at most " + most, text(node));
                    }
                    return value;
                },
                value -> Double.toString(value));
    }

    /** Text by text: a YAML mapping, or {@code name=value} pairs separated by commas. */
    static final Form<Map<String, String>> PAIRS =
            new Form<>(
                    Forms::pairs,
                    pairs ->
                            pairs.entrySet().stream()
                                    .map(pair -> pair.getKey() + "=" + pair.getValue())
                                    .collect(Collectors.joining(",")));

    private static Map<String, String> pairs(YamlNode node) {
        var pairs = new LinkedHashMap<String, String>();
        if (node instanceof YamlMapping mapping) {
            mapping.entries()
                    .forEach(entry ->
                            pairs.put(nonEmptyText(entry.key()), nonEmptyText(entry.value())));
            return pairs;
        }
        for (String pair : texts(node)) {
            int sign = pair.indexOf('=');
            if (sign < 1 || sign == pair.length() - 1) {
                throw new UnfitException("must be name=value pairs, separated by commas");
            }
            pairs.put(pair.substring(0, sign).strip(), pair.substring(sign + 1).strip());
        }
        return pairs;
    }

    /** One of the names of {@code type}, in lower case. */
    static <E extends Enum<E>> Form<E> choice(Class<E> type) {
        List<String> names = Arrays.stream(type.getEnumConstants()).map(Forms::show).toList();
        return new Form<>(
                node -> {
                    String text = text(node);
                    int index = names.indexOf(text.toLowerCase(Locale.ROOT));
                    if (index < 0) {
                        throw unfit("must be one of " + String.join(", ", names), text);
                    }
                    return type.getEnumConstants()[index];
                },
                Forms::show);
    }

    private static String show(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    static UnfitException unfit(String rule, String text) {
        String shown =
                text.length() > LONGEST_SHOWN ? text.substring(0, LONGEST_SHOWN) + "..." : text;
        return new UnfitException(
                text.isEmpty() ? rule + "; it is empty" : "%s, not '%s'".formatted(rule, shown));
    }

    /** A text as if it stood in a file. */
    static YamlScalar scalar(String text) {
        return new YamlScalar(Position.START, text, new CoreValue.Text(text));
    }

    /** A variable's text read as YAML, so that it can hold what a file can. */
    static YamlNode structured(YamlNode node) {
        if (!(node instanceof YamlScalar scalar)) {
            return node;
        }
        return switch (YamlReader.read(scalar.text().getBytes(StandardCharsets.UTF_8))) {
            case YamlReading.Tree(var root) -> root;
            case YamlReading.Unreadable _ -> node;
        };
    }

    static Set<String> lowerCase(List<String> texts) {
        return texts.stream()
                .map(text -> text.toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Whether that URL leads to this host itself, as far as its text tells. */
    static boolean isLoopback(URI url) {
        String host = url.getHost() == null ? "" : url.getHost().toLowerCase(Locale.ROOT);
        return host.equals("localhost") || host.equals("[::1]") || LOOPBACK.matcher(host).matches();
    }

    /** The text of a single value, blanks around it removed. */
    static String text(YamlNode node) {
        if (node instanceof YamlScalar scalar) {
            return scalar.text().strip();
        }
        throw new UnfitException("must be a single value, not a list or a mapping");
    }

    private static String nonEmptyText(YamlNode node) {
        String text = text(node);
        if (text.isEmpty()) {
            throw new UnfitException("must not be empty");
        }
        return text;
    }

    // Its own rule: no message may repeat the value.
    private static String secretText(YamlNode node) {
        if (!(node instanceof YamlScalar scalar) || scalar.text().isBlank()) {
            throw new UnfitException("must be a single text that is not blank");
        }
        return scalar.text();
    }

    private static List<String> texts(YamlNode node) {
        List<String> texts =
                node instanceof YamlSequence sequence
                        ? sequence.items().stream().map(Forms::nonEmptyText).toList()
                        : Arrays.stream(text(node).split(",", -1)).map(String::strip).toList();
        if (texts.isEmpty() || texts.contains("")) {
            throw new UnfitException("must be a list in which nothing is empty");
        }
        return texts;
    }

    private static BigDecimal decimal(String text, String rule) {
        if (!DECIMAL.matcher(text).matches()) {
            throw unfit(rule, text);
        }
        return new BigDecimal(text);
    }

    private static Duration duration(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            throw unfit("must be a number of seconds, or a number with ms, s, m, h or d", text);
        }
        String unit = matcher.group(2) == null ? "s" : matcher.group(2);
        long nanosOfUnit =
                switch (unit) {
                    case "ms" -> 1_000_000L;
                    case "m" -> 60_000_000_000L;
                    case "h" -> 3_600_000_000_000L;
                    case "d" -> 86_400_000_000_000L;
                    default -> 1_000_000_000L;
                };
        BigDecimal nanos =
                new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(nanosOfUnit));
        if (nanos.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw unfit("must be less than 100000 days", text);
        }
        return Duration.ofNanos(nanos.longValue());
    }

    private static String show(Duration value) {
        return new BigDecimal(value.toMillis())
                        .movePointLeft(3)
                        .stripTrailingZeros()
                        .toPlainString()
                + "s";
    }

    private static long bytes(String text) {
        Matcher matcher = BYTES.matcher(text.toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw unfit("must be a size such as 512m or 4G", text);
        }
        int power = matcher.group(2).isEmpty() ? 0 : UNITS.indexOf(matcher.group(2)) + 1;
        BigDecimal bytes =
                new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(1024).pow(power));
        if (bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw unfit("is larger than any file can be", text);
        }
        return bytes.longValue();
    }

    private static Path path(String text) {
        try {
            if (!text.isEmpty()) {
                return Path.of(text);
            }
        } catch (InvalidPathException _) {
            // Reported below.
        }
        throw unfit("must be a path", text);
    }

    private static URI webUrl(String text) {
        String rule = "must be a URL such as https://host/path, without user, ? or #";
        try {
            URI url = new URI(text);
            String scheme = url.getScheme() == null ? "" : url.getScheme();
            boolean web = scheme.equals("https") || scheme.equals("http");
            if (web
                    && url.getHost() != null
                    && url.getRawUserInfo() == null
                    && url.getRawQuery() == null
                    && url.getRawFragment() == null) {
                return url;
            }
        } catch (URISyntaxException _) {
            // Reported below.
        }
        // A user's password may be in it: the value is not repeated.
        throw new UnfitException(rule);
    }
}

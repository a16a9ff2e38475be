package org.securebackend.runner.yaml;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.yaml.snakeyaml.events.ScalarEvent;

/** Finds what a scalar means: by its tag, its quotes, or its looks. */
final class ScalarReader {
    private final CoreSchema schema;
    private final List<YamlProblem> problems;

    ScalarReader(CoreSchema schema, List<YamlProblem> problems) {
        this.schema = schema;
        this.problems = problems;
    }

    YamlScalar read(ScalarEvent event, Position position) {
        String text = event.getValue();
        if (!isText(text)) {
            problems.add(
                    new YamlProblem(
                            position,
                            "an escape stands for a character that text cannot hold (NUL, or half"
                                    + " of a surrogate pair)"));
        }
        CoreValue value = valueOf(event, position);
        if (value instanceof CoreValue.Date && !Dates.exists(text)) {
            problems.add(
                    new YamlProblem(
                            position,
                            "this looks like a date, but there is no such day; put it in quotes"));
        }
        return new YamlScalar(position, text, value);
    }

    private static boolean isText(String text) {
        return text.codePoints()
                .noneMatch(c -> c == 0 || Character.getType(c) == Character.SURROGATE);
    }

    private CoreValue valueOf(ScalarEvent event, Position position) {
        String text = event.getValue();
        String tag = event.getTag();
        if (tag == null) {
            return event.isPlain() ? schema.resolve(text) : new CoreValue.Text(text);
        }
        if (tag.equals("!")) {
            return new CoreValue.Text(text);
        }
        if (!tag.startsWith(Tags.OWN)) {
            return new CoreValue.Tagged(tag, text);
        }
        return tagged(tag, text)
                .orElseGet(() -> {
                    problems.add(
                            new YamlProblem(
                                    position,
                                    "this is not a value of the type !!"
                                            + tag.substring(Tags.OWN.length())));
                    return new CoreValue.Null();
                });
    }

    /** The value, or empty if the text is none of that type. */
    private Optional<CoreValue> tagged(String tag, String text) {
        return switch (tag.substring(Tags.OWN.length())) {
            case "str" -> Optional.of(new CoreValue.Text(text));
            case "null" -> Optional.of(new CoreValue.Null());
            case "bool" -> CoreSchema.YAML_1_1.bool(text.toLowerCase(Locale.ROOT));
            case "int" -> schema.whole(text);
            case "float" ->
                    schema.real(text).or(() -> schema.whole(text).flatMap(ScalarReader::real));
            case "timestamp" ->
                    Dates.looksLikeOne(text)
                            ? Optional.of(new CoreValue.Date(text))
                            : Optional.empty();
            case "map", "seq", "set", "omap", "pairs" -> Optional.empty();
            default -> Optional.of(new CoreValue.Tagged(tag, text));
        };
    }

    private static Optional<CoreValue> real(CoreValue whole) {
        return whole instanceof CoreValue.Whole(var number)
                ? Optional.of(new CoreValue.Real(number.doubleValue()))
                : Optional.empty();
    }
}

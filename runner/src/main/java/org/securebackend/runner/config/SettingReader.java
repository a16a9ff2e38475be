package org.securebackend.runner.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.securebackend.runner.yaml.Position;
import org.securebackend.runner.yaml.YamlMapping;
import org.securebackend.runner.yaml.YamlNode;
import org.securebackend.runner.yaml.YamlScalar;

/**
 * Looks settings up in the environment, then in the file, and gathers everything that is wrong. For
 * one reading and one thread.
 */
final class SettingReader {
    private static final String FILE_KEY = "_file";
    private static final String FILE_VARIABLE = "_FILE";
    private static final String OUR_PREFIX = "RUNNER_";
    private static final String FILE_ITSELF = "RUNNER_CONFIG";

    private final Optional<Path> path;
    private final YamlNode root;
    private final Map<String, String> environment;
    private final List<ConfigProblem> problems = new ArrayList<>();
    private final List<EffectiveValue> values = new ArrayList<>();
    private final Map<String, Origin> origins = new LinkedHashMap<>();
    private final Set<String> keys = new LinkedHashSet<>();
    private final Set<String> variables = new LinkedHashSet<>();

    /**
     * @param path of the file, if there is one
     * @param root what is in it
     */
    SettingReader(Optional<Path> path, YamlNode root, Map<String, String> environment) {
        this.path = path;
        this.root = root;
        this.environment = environment;
    }

    /** What somebody said, where, and how to read it. */
    private record Given<T>(YamlNode node, Origin origin, Form<T> form) {}

    /** The value, or {@code fallback} if nothing was said, or nothing that makes sense. */
    <T> T get(Setting<T> setting, T fallback) {
        Optional<T> value = read(setting);
        note(setting, value.or(() -> Optional.of(fallback)));
        return value.orElse(fallback);
    }

    /** The value, if there is one that makes sense. */
    <T> Optional<T> find(Setting<T> setting) {
        Optional<T> value = read(setting);
        note(setting, value);
        return value;
    }

    /** Where the value of a setting that was looked up came from. */
    Origin originOf(Setting<?> setting) {
        return origins.getOrDefault(setting.key(), new Origin.Default());
    }

    /** Notes that a value does not go with others. */
    void problem(Setting<?> setting, String message) {
        problems.add(new ConfigProblem(originOf(setting), setting.key(), message));
    }

    private <T> void note(Setting<T> setting, Optional<T> value) {
        values.add(
                new EffectiveValue(
                        setting.key(),
                        value.map(known -> setting.form().writer().apply(known)),
                        originOf(setting)));
    }

    private <T> Optional<T> read(Setting<T> setting) {
        keys.add(setting.key());
        variables.addAll(setting.allVariables().keySet());
        return given(setting).flatMap(given -> read(setting, given));
    }

    private <T> Optional<T> read(Setting<T> setting, Given<T> given) {
        origins.put(setting.key(), given.origin());
        try {
            return Optional.of(given.form().reader().apply(given.node()));
        } catch (UnfitException e) {
            e.details()
                    .forEach(detail ->
                            problems.add(
                                    new ConfigProblem(
                                            at(given.origin(), detail.position()),
                                            setting.key(),
                                            detail.message())));
            return Optional.empty();
        }
    }

    private static Origin at(Origin origin, Optional<Position> position) {
        return origin instanceof Origin.File(var path, _) && position.isPresent()
                ? new Origin.File(path, position.get().line())
                : origin;
    }

    private <T> Optional<Given<T>> given(Setting<T> setting) {
        for (Map.Entry<String, Form<T>> variable : setting.allVariables().entrySet()) {
            Optional<Given<T>> given =
                    fromVariable(setting, variable.getKey(), variable.getValue());
            if (given.isPresent()) {
                return given;
            }
        }
        return fromFile(setting);
    }

    private <T> Optional<Given<T>> fromVariable(Setting<T> setting, String name, Form<T> form) {
        Optional<Given<T>> plain =
                variable(setting, name)
                        .map(text ->
                                new Given<>(Forms.scalar(text), new Origin.Variable(name), form));
        if (!setting.isSecret()) {
            return plain;
        }
        String fileName = name + FILE_VARIABLE;
        variables.add(fileName);
        Optional<String> file = variable(setting, fileName);
        if (file.isPresent() && plain.isPresent()) {
            problems.add(
                    new ConfigProblem(
                            new Origin.Variable(fileName),
                            setting.key(),
                            "%s is set too: keep one of them".formatted(name)));
        }
        return plain.or(() ->
                file.flatMap(at -> content(setting, at, new Origin.Variable(fileName), form)));
    }

    private Optional<String> variable(Setting<?> setting, String name) {
        return Optional.ofNullable(environment.get(name))
                .filter(text ->
                        !text.isEmpty() || setting.traits().whenEmpty() == Setting.WhenEmpty.VALUE);
    }

    private <T> Optional<Given<T>> fromFile(Setting<T> setting) {
        Optional<Given<T>> plain =
                node(setting.key()).map(node -> new Given<>(node, originOf(node), setting.form()));
        if (!setting.isSecret()) {
            return plain;
        }
        keys.add(setting.key() + FILE_KEY);
        Optional<YamlNode> file = node(setting.key() + FILE_KEY);
        if (file.isPresent() && plain.isPresent()) {
            problems.add(
                    new ConfigProblem(
                            originOf(file.get()),
                            setting.key() + FILE_KEY,
                            "%s is set too: keep one of them".formatted(setting.key())));
        }
        return plain.or(() ->
                file.flatMap(node ->
                        content(
                                setting,
                                node instanceof YamlScalar at ? at.text() : "",
                                originOf(node),
                                setting.form())));
    }

    private <T> Optional<Given<T>> content(
            Setting<T> setting, String file, Origin origin, Form<T> form) {
        origins.put(setting.key(), origin);
        try {
            String content = Files.readString(Path.of(file)).stripTrailing();
            return Optional.of(new Given<>(Forms.scalar(content), origin, form));
        } catch (IOException | IllegalArgumentException e) {
            problems.add(
                    new ConfigProblem(
                            origin,
                            setting.key(),
                            "the file '%s' cannot be read (%s)"
                                    .formatted(file, e.getClass().getSimpleName())));
            return Optional.empty();
        }
    }

    private Origin.File originOf(YamlNode node) {
        return new Origin.File(path.orElse(Path.of("")), node.position().line());
    }

    /** What the file has under a key; nothing there counts as unset. */
    private Optional<YamlNode> node(String key) {
        Optional<YamlNode> node = Optional.of(root);
        for (String part : key.split("\\.", -1)) {
            node =
                    node.filter(YamlMapping.class::isInstance)
                            .flatMap(inside -> ((YamlMapping) inside).get(part));
        }
        return node.filter(found -> !(found instanceof YamlScalar scalar && scalar.isNull()));
    }

    /** Every setting that was looked up. */
    List<EffectiveValue> values() {
        return List.copyOf(values);
    }

    /** Everything that is wrong, to be asked for when all settings were looked up. */
    List<ConfigProblem> problems() {
        var all = new ArrayList<>(problems);
        unknownKeys(root, "", all);
        unknownVariables(all);
        all.sort(Comparator.comparingInt(SettingReader::line));
        return List.copyOf(all);
    }

    private static int line(ConfigProblem problem) {
        return problem.origin() instanceof Origin.File(_, var line) ? line : Integer.MAX_VALUE;
    }

    private void unknownKeys(YamlNode node, String prefix, List<ConfigProblem> found) {
        if (!(node instanceof YamlMapping mapping)) {
            if (!(node instanceof YamlScalar scalar && scalar.isNull())) {
                found.add(
                        new ConfigProblem(
                                originOf(node), prefix, "must be a mapping of keys to values"));
            }
            return;
        }
        for (YamlMapping.Entry entry : mapping.entries()) {
            String key = (prefix.isEmpty() ? "" : prefix + ".") + entry.name().orElse("?");
            if (keys.contains(key)) {
                continue;
            }
            if (keys.stream().anyMatch(known -> known.startsWith(key + "."))) {
                unknownKeys(entry.value(), key, found);
            } else {
                found.add(new ConfigProblem(originOf(entry.key()), key, unknown(key)));
            }
        }
    }

    private String unknown(String key) {
        return "there is no such key"
                + NearestKey.of(key, keys)
                        .or(() -> NearestKey.of(key, sections()))
                        .map(near -> "; did you mean %s?".formatted(near))
                        .orElse("");
    }

    private Set<String> sections() {
        var sections = new LinkedHashSet<String>();
        keys.forEach(key -> sections.add(key.substring(0, key.indexOf('.'))));
        return sections;
    }

    // Other programs have variables with this beginning too: only what looks like a slip is one.
    private void unknownVariables(List<ConfigProblem> found) {
        for (String name : environment.keySet()) {
            if (name.startsWith(OUR_PREFIX)
                    && !name.equals(FILE_ITSELF)
                    && !variables.contains(name)) {
                NearestKey.of(name, variables)
                        .ifPresent(near ->
                                found.add(
                                        new ConfigProblem(
                                                new Origin.Variable(name),
                                                "unknown",
                                                "there is no such setting; did you mean %s?"
                                                        .formatted(near))));
            }
        }
    }
}

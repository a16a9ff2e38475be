package org.securebackend.runner.pipeline;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.securebackend.runner.yaml.YamlMapping;
import org.securebackend.runner.yaml.YamlNode;
import org.securebackend.runner.yaml.YamlScalar;
import org.securebackend.runner.yaml.YamlSequence;

/** Reads the {@code outputs} of one action (project-yaml spec, section 5). */
final class OutputsReader {
    private static final Set<String> LEVELS =
            Arrays.stream(PrivacyLevel.values())
                    .map(PrivacyLevel::key)
                    .collect(Collectors.toCollection(TreeSet::new));

    private final Problems problems;
    private final CrossChecks crossChecks;

    OutputsReader(Problems problems, CrossChecks crossChecks) {
        this.problems = problems;
        this.crossChecks = crossChecks;
    }

    /** Reads {@code node}, for the action and at the place that {@code owner} names. */
    Optional<OutputSpec> read(YamlNode node, Place owner) {
        int before = problems.count();
        if (!(node instanceof YamlMapping mapping)) {
            problems.at(
                    node,
                    owner.path(),
                    "outputs must be a mapping with at least one of " + String.join(", ", LEVELS));
            return Optional.empty();
        }
        var levels = new EnumMap<PrivacyLevel, YamlNode>(PrivacyLevel.class);
        for (YamlMapping.Entry entry : mapping.entries()) {
            level(entry, owner)
                    .filter(level -> !isNull(entry.value()))
                    .ifPresent(level -> levels.put(level, entry.value()));
        }
        if (levels.isEmpty() && problems.count() == before) {
            problems.at(
                    mapping,
                    owner.path(),
                    "at least one of these levels is needed: " + String.join(", ", LEVELS));
        }
        var outputs = new ArrayList<OutputSpec.Output>();
        for (Map.Entry<PrivacyLevel, YamlNode> level : levels.entrySet()) {
            outputs.addAll(outputsOf(level.getKey(), level.getValue(), owner));
        }
        return problems.count() == before
                ? Optional.of(new OutputSpec(outputs, levels.keySet()))
                : Optional.empty();
    }

    private Optional<PrivacyLevel> level(YamlMapping.Entry entry, Place owner) {
        String name = entry.name().orElse("");
        Optional<PrivacyLevel> level = PrivacyLevel.ofKey(name);
        if (level.isEmpty()) {
            problems.at(
                    entry.key(),
                    owner.path(),
                    "unknown privacy level"
                            + Names.shown(entry.key())
                            + "; known are "
                            + String.join(", ", LEVELS)
                            + NearestName.hint(name, LEVELS));
        }
        return level;
    }

    private List<OutputSpec.Output> outputsOf(PrivacyLevel level, YamlNode node, Place owner) {
        Place place = owner.below(level.key());
        if (!(node instanceof YamlMapping mapping)) {
            problems.at(
                    node,
                    place.path(),
                    "must be a mapping from a label to a path, such as table: output/table.csv");
            return List.of();
        }
        var outputs = new ArrayList<OutputSpec.Output>();
        for (YamlMapping.Entry entry : mapping.entries()) {
            output(level, entry, place).ifPresent(outputs::add);
        }
        return outputs;
    }

    private Optional<OutputSpec.Output> output(
            PrivacyLevel level, YamlMapping.Entry entry, Place place) {
        Optional<String> label = label(entry.key());
        if (label.isEmpty()) {
            problems.at(entry.key(), place.path(), "a label must be text");
            return Optional.empty();
        }
        Place here = place.below(label.get());
        Optional<String> pattern = Names.string(entry.value());
        if (pattern.isEmpty()) {
            problems.at(entry.value(), here.path(), wrongType(entry.value()));
            return Optional.empty();
        }
        Optional<String> problem = OutputPatternRules.problem(pattern.get(), level);
        if (problem.isPresent()) {
            problems.at(entry.value(), here.path(), problem.get());
            return Optional.empty();
        }
        crossChecks.output(pattern.get(), new CrossChecks.Mention(here, entry.value()));
        return Optional.of(
                new OutputSpec.Output(level, label.get(), new OutputPattern(pattern.get())));
    }

    private static String wrongType(YamlNode value) {
        return switch (value) {
            case YamlSequence _ -> "one label names one path; give each path a label of its own";
            case YamlMapping _ -> "a path must be text, not a mapping";
            case YamlScalar scalar when scalar.isNull() -> "the path is missing";
            case YamlScalar _ -> "a path must be text; put it in quotes";
        };
    }

    private static Optional<String> label(YamlNode key) {
        Optional<String> text = Names.string(key);
        return text.isPresent()
                ? text
                : switch (JsonText.of(key)) {
                    case JsonText.Result.Json(String json) -> Optional.of(unquoted(json));
                    case JsonText.Result.Impossible _ -> Optional.empty();
                };
    }

    /** A date is a JSON string; as a label it stands for itself. */
    private static String unquoted(String json) {
        return json.startsWith("\"") ? json.substring(1, json.length() - 1) : json;
    }

    private static boolean isNull(YamlNode node) {
        return node instanceof YamlScalar scalar && scalar.isNull();
    }
}

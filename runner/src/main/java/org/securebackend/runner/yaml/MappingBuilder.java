package org.securebackend.runner.yaml;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Gathers the entries of a mapping, then merges in what its {@code <<} key names. */
final class MappingBuilder {

    private final Position position;
    private final List<YamlProblem> problems;
    private final Map<String, YamlMapping.Entry> entries = new LinkedHashMap<>();
    private final List<YamlNode> merged = new ArrayList<>();
    private boolean hasMergeKey;

    MappingBuilder(Position position, List<YamlProblem> problems) {
        this.position = position;
        this.problems = problems;
    }

    void put(YamlNode key, YamlNode value) {
        String identity = KeyIdentity.of(key);
        var entry = new YamlMapping.Entry(key, value);
        var earlier = entries.putIfAbsent(identity, entry);
        if (earlier != null) {
            problems.add(
                    new YamlProblem(
                            key.position(),
                            "the key "
                                    + nameOf(key)
                                    + " is there already, at line "
                                    + earlier.key().position().line()
                                    + "; a key may be used once"));
        }
    }

    private static String nameOf(YamlNode key) {
        return key instanceof YamlScalar scalar ? "\"" + scalar.text() + "\"" : "here";
    }

    /** Notes the value of a {@code <<} key: a mapping, or a list of them, the first one winning. */
    void merge(YamlNode key, YamlNode value) {
        if (hasMergeKey) {
            problems.add(
                    new YamlProblem(
                            key.position(),
                            "the key << is there already; give it a list of mappings instead"));
        }
        hasMergeKey = true;
        if (value instanceof YamlSequence several) {
            merged.addAll(several.items());
        } else {
            merged.add(value);
        }
        merged.stream()
                .filter(node -> !(node instanceof YamlMapping))
                .findFirst()
                .ifPresent(node ->
                        problems.add(
                                new YamlProblem(
                                        node.position(),
                                        "<< needs a mapping, or a list of mappings")));
    }

    YamlMapping build() {
        for (YamlNode node : merged) {
            if (node instanceof YamlMapping mapping) {
                for (YamlMapping.Entry entry : mapping.entries()) {
                    entries.putIfAbsent(KeyIdentity.of(entry.key()), entry);
                }
            }
        }
        return new YamlMapping(position, List.copyOf(entries.values()));
    }
}

package org.securebackend.runner.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.securebackend.runner.yaml.YamlMapping;
import org.securebackend.runner.yaml.YamlNode;
import org.securebackend.runner.yaml.YamlScalar;
import org.securebackend.runner.yaml.YamlSequence;

/** Reads one action (project-yaml spec, section 3). */
final class ActionReader {
    private static final String RUN = "run";
    private static final String OUTPUTS = "outputs";
    private static final String NEEDS = "needs";
    private static final String CONFIG = "config";
    private static final String DUMMY_DATA_FILE = "dummy_data_file";
    private static final Set<String> KEYS =
            new TreeSet<>(Set.of(RUN, OUTPUTS, NEEDS, CONFIG, DUMMY_DATA_FILE));

    /** Linux takes no longer argument than 128 KiB. */
    private static final int LONGEST_CONFIG = 100_000;

    private final Problems problems;
    private final Problems warnings;
    private final CrossChecks crossChecks;
    private final RunReader runReader;
    private final OutputsReader outputsReader;

    /**
     * Puts what is wrong into {@code problems}, and what is merely unwise into {@code warnings}.
     */
    ActionReader(
            Problems problems, Problems warnings, ProjectVersion version, CrossChecks crossChecks) {
        this.problems = problems;
        this.warnings = warnings;
        this.crossChecks = crossChecks;
        this.runReader = new RunReader(problems, version);
        this.outputsReader = new OutputsReader(problems, crossChecks);
    }

    /** Reads what stands under a valid action name; empty if there were problems. */
    Optional<Action> read(ActionName name, YamlMapping.Entry entry) {
        var place = new Place(name.value(), "actions." + name);
        if (!(entry.value() instanceof YamlMapping mapping)) {
            problems.at(
                    entry.value(),
                    place.path(),
                    "an action must be a mapping with at least run and outputs");
            return Optional.empty();
        }
        int before = problems.count();
        unknownKeys(mapping, place);
        Optional<Command> command =
                required(RUN, mapping, entry, place)
                        .flatMap(node -> command(node, place.below(RUN)));
        Optional<OutputSpec> outputs =
                required(OUTPUTS, mapping, entry, place)
                        .flatMap(node -> outputsReader.read(node, place.below(OUTPUTS)));
        List<ActionName> needs = needs(optional(NEEDS, mapping), place.below(NEEDS));
        Optional<String> config =
                optional(CONFIG, mapping).flatMap(node -> config(node, place.below(CONFIG)));
        Optional<String> dummyDataFile =
                optional(DUMMY_DATA_FILE, mapping)
                        .flatMap(node -> text(node, place.below(DUMMY_DATA_FILE)));
        if (command.isEmpty() || outputs.isEmpty()) {
            return Optional.empty();
        }
        extractionRules(command.get(), outputs.get(), place, mapping);
        if (problems.count() > before) {
            return Optional.empty();
        }
        warn(command.get().run(), outputs.get(), place, mapping);
        return Optional.of(
                new Action(
                        name,
                        command.get().raw(),
                        command.get().run(),
                        needs,
                        outputs.get(),
                        config,
                        dummyDataFile,
                        DatabaseActions.isOne(command.get().run())));
    }

    private void warn(RunCommand run, OutputSpec outputs, Place place, YamlMapping mapping) {
        if (AllowedImages.isDeprecated(run.image())) {
            warnings.at(
                    mapping.get(RUN).orElse(mapping),
                    place.below(RUN).path(),
                    "the image " + run.image() + " is deprecated; use ehrql");
        }
        for (OutputOverlaps.Overlap overlap : OutputOverlaps.of(outputs.outputs())) {
            warnings.at(
                    mapping.get(OUTPUTS).orElse(mapping),
                    place.below(OUTPUTS).below(overlap.second().level().key()).path(),
                    overlap.message());
        }
    }

    private record Command(String raw, RunCommand run) {}

    private void unknownKeys(YamlMapping mapping, Place place) {
        for (YamlMapping.Entry entry : mapping.entries()) {
            String key = entry.name().orElse("");
            if (!KEYS.contains(key)) {
                problems.at(
                        entry.key(),
                        place.path(),
                        "unknown key"
                                + Names.shown(entry.key())
                                + "; an action has "
                                + String.join(", ", KEYS)
                                + NearestName.hint(key, KEYS));
            }
        }
    }

    private Optional<YamlNode> required(
            String key, YamlMapping mapping, YamlMapping.Entry action, Place place) {
        Optional<YamlNode> node = mapping.get(key);
        if (node.isEmpty()) {
            problems.at(action.key(), place.path(), key + " is missing");
        }
        return node;
    }

    /** The value of a key that may be left out or null. */
    private static Optional<YamlNode> optional(String key, YamlMapping mapping) {
        return mapping.get(key)
                .filter(node -> !(node instanceof YamlScalar scalar && scalar.isNull()));
    }

    private Optional<String> text(YamlNode node, Place place) {
        Optional<String> text = Names.string(node);
        if (text.isEmpty()) {
            problems.at(node, place.path(), "must be text; a number or date needs quotes");
        }
        return text;
    }

    private Optional<Command> command(YamlNode node, Place place) {
        return text(node, place)
                .filter(raw ->
                        raw.isBlank() || crossChecks.run(raw, new CrossChecks.Mention(place, node)))
                .flatMap(raw -> runReader.read(raw, node, place).map(run -> new Command(raw, run)));
    }

    private List<ActionName> needs(Optional<YamlNode> node, Place place) {
        var names = new ArrayList<ActionName>();
        if (node.isEmpty()) {
            return names;
        }
        if (!(node.get() instanceof YamlSequence sequence)) {
            problems.at(
                    node.get(), place.path(), "must be a list of action names, such as [extract]");
            return names;
        }
        for (YamlNode item : sequence.items()) {
            need(item, place).ifPresent(names::add);
        }
        return names;
    }

    private Optional<ActionName> need(YamlNode item, Place place) {
        Optional<String> text = text(item, place);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        String name = text.get();
        if (name.indexOf(' ') >= 0) {
            problems.at(
                    item,
                    place.path(),
                    "\"" + name + "\" contains a space; are commas missing between the names?");
            return Optional.empty();
        }
        crossChecks.need(
                place.action(), new CrossChecks.Need(name, new CrossChecks.Mention(place, item)));
        return Optional.of(name).filter(ActionName::isValid).map(ActionName::new);
    }

    private Optional<String> config(YamlNode node, Place place) {
        if (!(node instanceof YamlMapping mapping)) {
            problems.at(node, place.path(), "must be a mapping");
            return Optional.empty();
        }
        if (mapping.entries().isEmpty()) {
            return Optional.empty();
        }
        return switch (JsonText.of(mapping)) {
            case JsonText.Result.Json(String json) when json.length() > LONGEST_CONFIG -> {
                problems.at(
                        node,
                        place.path(),
                        "as JSON it is longer than "
                                + LONGEST_CONFIG
                                + " characters, more than a command can take");
                yield Optional.empty();
            }
            case JsonText.Result.Json(String json) -> Optional.of(json.replace("'", "\\u0027"));
            case JsonText.Result.Impossible(YamlNode part) -> {
                problems.at(
                        part,
                        place.path(),
                        "this cannot be handed to the action as JSON; use text, numbers, lists and"
                                + " mappings with simple keys");
                yield Optional.empty();
            }
        };
    }

    private void extractionRules(
            Command command, OutputSpec outputs, Place place, YamlMapping mapping) {
        ExtractionRules.check(command.raw(), command.run(), outputs)
                .ifPresent(breach -> {
                    String key =
                            switch (breach) {
                                case ExtractionRules.Breach.InRun _ -> RUN;
                                case ExtractionRules.Breach.InOutputs _ -> OUTPUTS;
                            };
                    problems.at(
                            mapping.get(key).orElse(mapping),
                            place.below(key).path(),
                            breach.message());
                });
    }
}

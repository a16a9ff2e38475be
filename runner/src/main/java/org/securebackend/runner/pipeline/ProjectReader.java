package org.securebackend.runner.pipeline;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import org.securebackend.runner.yaml.YamlMapping;
import org.securebackend.runner.yaml.YamlNode;
import org.securebackend.runner.yaml.YamlScalar;

/** Reads the top level of a project.yaml (project-yaml spec, section 2). For one file. */
final class ProjectReader {
    private static final String VERSION = "version";
    private static final String ACTIONS = "actions";
    private static final String EXPECTATIONS = "expectations";
    private static final String POPULATION_SIZE = "population_size";
    private static final Set<String> KEYS = new TreeSet<>(Set.of(VERSION, ACTIONS, EXPECTATIONS));

    /** The name of the job that stands for a request which could not be planned. */
    private static final String ERROR_ACTION = "__error__";

    private final Problems problems = new Problems();
    private final Problems warnings = new Problems();

    PipelineReading read(YamlNode root) {
        Optional<Pipeline> pipeline = project(root);
        return pipeline.isPresent() && problems.count() == 0
                ? new PipelineReading.Valid(pipeline.get(), warnings.inOrder())
                : new PipelineReading.Invalid(problems.inOrder(), warnings.inOrder());
    }

    private Optional<Pipeline> project(YamlNode root) {
        if (!(root instanceof YamlMapping mapping)) {
            boolean empty = root instanceof YamlScalar scalar && scalar.isNull();
            problems.at(
                    root,
                    "",
                    (empty ? "the file is empty" : "the file must be a mapping")
                            + "; it needs the keys version and actions");
            return Optional.empty();
        }
        unknownKeys(mapping);
        ProjectVersion version = version(mapping);
        SequencedMap<ActionName, Action> actions = actions(mapping, version);
        int populationSize = populationSize(mapping, version);
        return Optional.of(new Pipeline(version.number(), actions, populationSize));
    }

    private void unknownKeys(YamlMapping mapping) {
        for (YamlMapping.Entry entry : mapping.entries()) {
            String key = entry.name().orElse("");
            if (!KEYS.contains(key)) {
                problems.at(
                        entry.key(),
                        "",
                        "unknown key"
                                + Names.shown(entry.key())
                                + "; a project has "
                                + String.join(", ", KEYS)
                                + (looksLikeAction(entry.value())
                                        ? "; an action belongs under actions, indented"
                                        : NearestName.hint(key, KEYS)));
            }
        }
    }

    private static boolean looksLikeAction(YamlNode node) {
        return node instanceof YamlMapping mapping && mapping.get("run").isPresent();
    }

    private ProjectVersion version(YamlMapping mapping) {
        Optional<YamlNode> node = mapping.get(VERSION).filter(value -> !isNull(value));
        if (node.isEmpty()) {
            problems.at(
                    mapping.get(VERSION).orElse(mapping),
                    VERSION,
                    "version is missing; the newest is 5");
            return ProjectVersion.UNKNOWN;
        }
        OptionalDouble number = NumberText.real(node.get());
        if (number.isEmpty()) {
            problems.at(node.get(), VERSION, "must be a number from 1 to 5");
            return ProjectVersion.UNKNOWN;
        }
        if (number.getAsDouble() > ProjectVersion.NEWEST) {
            problems.at(node.get(), VERSION, "this version is not known; the newest is 5");
            return ProjectVersion.UNKNOWN;
        }
        var version = new ProjectVersion(number.getAsDouble());
        if (version.isOutdated()) {
            warnings.at(node.get(), VERSION, "this is an old version; the newest is 5");
        }
        return version;
    }

    private SequencedMap<ActionName, Action> actions(YamlMapping project, ProjectVersion version) {
        var actions = new LinkedHashMap<ActionName, Action>();
        Optional<YamlNode> node = project.get(ACTIONS);
        if (node.isEmpty()) {
            problems.at(project, ACTIONS, "actions is missing");
            return actions;
        }
        if (!(node.get() instanceof YamlMapping mapping)) {
            problems.at(
                    node.get(),
                    ACTIONS,
                    "must be a mapping from the name of an action to the action");
            return actions;
        }
        var crossChecks = new CrossChecks(problems, version);
        var reader = new ActionReader(problems, warnings, version, crossChecks);
        for (YamlMapping.Entry entry : mapping.entries()) {
            Names.string(entry.key()).ifPresent(crossChecks::action);
        }
        for (YamlMapping.Entry entry : mapping.entries()) {
            name(entry.key(), version)
                    .flatMap(name -> reader.read(name, entry))
                    .ifPresent(action -> actions.put(action.name(), action));
        }
        crossChecks.checkNeeds();
        return actions;
    }

    private Optional<ActionName> name(YamlNode key, ProjectVersion version) {
        Optional<String> name = Names.string(key);
        if (name.isEmpty()) {
            problems.at(
                    key,
                    ACTIONS,
                    "the name of an action must be text; put"
                            + Names.shown(key)
                            + " in quotes or choose another");
            return Optional.empty();
        }
        String path = ACTIONS + "." + name.get();
        if (!ActionName.isValid(name.get()) || name.get().equals(ERROR_ACTION)) {
            problems.at(
                    key,
                    ACTIONS,
                    "this cannot be the name of an action, since files are named after it; use"
                            + " letters, digits, _ and -");
            return Optional.empty();
        }
        if (name.get().equals(Pipeline.RUN_ALL)) {
            if (version.reservesRunAll()) {
                problems.at(key, path, "run_all stands for all actions; choose another name");
            } else {
                warnings.at(
                        key,
                        path,
                        "run_all stands for all actions, so this one cannot be asked for by name");
            }
        }
        return name.map(ActionName::new);
    }

    private int populationSize(YamlMapping project, ProjectVersion version) {
        Optional<YamlMapping.Entry> entry =
                project.entry(EXPECTATIONS).filter(found -> !isNull(found.value()));
        if (version.forbidsExpectations()) {
            entry.ifPresent(found ->
                    problems.at(
                            found.key(),
                            EXPECTATIONS,
                            "cannot be used from version 4 of the project on; remove it"));
            return Pipeline.DEFAULT_POPULATION_SIZE;
        }
        if (!version.wantsExpectations()) {
            return Pipeline.DEFAULT_POPULATION_SIZE;
        }
        if (entry.isEmpty()) {
            problems.at(
                    project.get(EXPECTATIONS).orElse(project),
                    EXPECTATIONS,
                    "is missing; version 3 of the project needs it, with the key population_size");
            return Pipeline.DEFAULT_POPULATION_SIZE;
        }
        return expectedSize(entry.get().value());
    }

    private int expectedSize(YamlNode expectations) {
        if (!(expectations instanceof YamlMapping mapping)) {
            problems.at(
                    expectations, EXPECTATIONS, "must be a mapping with the key population_size");
            return Pipeline.DEFAULT_POPULATION_SIZE;
        }
        for (YamlMapping.Entry entry : mapping.entries()) {
            String key = entry.name().orElse("");
            if (!key.equals(POPULATION_SIZE)) {
                problems.at(
                        entry.key(),
                        EXPECTATIONS,
                        "unknown key"
                                + Names.shown(entry.key())
                                + "; only population_size is known");
            }
        }
        Optional<YamlNode> size = mapping.get(POPULATION_SIZE);
        if (size.isEmpty()) {
            problems.at(mapping, EXPECTATIONS, "population_size is missing");
            return Pipeline.DEFAULT_POPULATION_SIZE;
        }
        Optional<Integer> number = NumberText.whole(size.get()).flatMap(ProjectReader::small);
        if (number.isEmpty()) {
            problems.at(
                    size.get(),
                    EXPECTATIONS + "." + POPULATION_SIZE,
                    "must be a whole number up to " + Integer.MAX_VALUE);
        }
        return number.orElse(Pipeline.DEFAULT_POPULATION_SIZE);
    }

    private static Optional<Integer> small(BigInteger number) {
        return number.bitLength() < Integer.SIZE
                ? Optional.of(number.intValueExact())
                : Optional.empty();
    }

    private static boolean isNull(YamlNode node) {
        return node instanceof YamlScalar scalar && scalar.isNull();
    }
}

package org.securebackend.runner.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import org.securebackend.runner.yaml.YamlMapping;
import org.securebackend.runner.yaml.YamlNode;

/**
 * How many workers a job counts for.
 *
 * @param rules the first that matches decides
 */
public record ResourceWeights(List<Rule> rules) {
    private static final double NORMAL = 1;
    private static final double HEAVIEST = 10_000;

    /** In the file: workspace, then a regular expression for actions, then a number. */
    static final Form<List<Rule>> FORM = new Form<>(ResourceWeights::read, ResourceWeights::show);

    public ResourceWeights {
        rules = List.copyOf(rules);
    }

    /**
     * Actions of a workspace.
     *
     * @param action matches the whole name
     */
    public record Rule(String workspace, Pattern action, double weight) {
        boolean matches(String workspaceName, String actionName) {
            return workspace.equals(workspaceName) && action.matcher(actionName).matches();
        }

        @Override
        public String toString() {
            return "%s/%s=%s".formatted(workspace, action, weight);
        }
    }

    /** The weight of a job, 1 if nothing else is said. */
    public double of(String workspace, String action) {
        return rules.stream()
                .filter(rule -> rule.matches(workspace, action))
                .mapToDouble(Rule::weight)
                .findFirst()
                .orElse(NORMAL);
    }

    /** The rules of the configuration, then those of the old kind of file. */
    static ResourceWeights of(
            List<Rule> rules, Optional<Path> file, SettingReader settings, Setting<Path> setting) {
        var all = new ArrayList<>(rules);
        file.ifPresent(path -> all.addAll(fromFile(path, settings, setting)));
        return new ResourceWeights(all);
    }

    private static List<Rule> fromFile(Path file, SettingReader settings, Setting<Path> setting) {
        try {
            var reading = WeightsFile.read(Files.readAllLines(file));
            reading.problems()
                    .forEach(
                            problem -> settings.problem(setting, "%s:%s".formatted(file, problem)));
            return reading.rules();
        } catch (IOException e) {
            settings.problem(
                    setting,
                    "the file '%s' cannot be read (%s)"
                            .formatted(file, e.getClass().getSimpleName()));
            return List.of();
        }
    }

    /**
     * @throws UnfitException with what is wrong
     */
    static Rule rule(String workspace, String action, String weight) {
        double number = Forms.positive(HEAVIEST).reader().apply(Forms.scalar(weight));
        try {
            return new Rule(workspace, Pattern.compile(action), number);
        } catch (PatternSyntaxException e) {
            throw Forms.unfit(
                    "must be a regular expression (%s)".formatted(e.getDescription()), action);
        }
    }

    private static List<Rule> read(YamlNode node) {
        var problems = new ArrayList<UnfitException.Detail>();
        var rules = new ArrayList<Rule>();
        for (YamlMapping.Entry workspace : mapping(Forms.structured(node)).entries()) {
            for (YamlMapping.Entry action : mapping(workspace.value()).entries()) {
                try {
                    rules.add(
                            rule(
                                    Forms.text(workspace.key()),
                                    Forms.text(action.key()),
                                    Forms.text(action.value())));
                } catch (UnfitException e) {
                    problems.add(
                            new UnfitException.Detail(
                                    Optional.of(action.key().position()),
                                    e.details().getFirst().message()));
                }
            }
        }
        if (!problems.isEmpty()) {
            throw new UnfitException(problems);
        }
        return rules;
    }

    private static YamlMapping mapping(YamlNode node) {
        if (node instanceof YamlMapping mapping) {
            return mapping;
        }
        throw new UnfitException(
                List.of(
                        new UnfitException.Detail(
                                Optional.of(node.position()),
                                "must be a mapping: workspace, then a regular expression for actions, then a number")));
    }

    private static String show(List<Rule> rules) {
        return rules.stream().map(Rule::toString).collect(Collectors.joining(","));
    }
}

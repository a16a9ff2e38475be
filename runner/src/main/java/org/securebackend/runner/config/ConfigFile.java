package org.securebackend.runner.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.securebackend.runner.yaml.CoreValue;
import org.securebackend.runner.yaml.Position;
import org.securebackend.runner.yaml.YamlNode;
import org.securebackend.runner.yaml.YamlReader;
import org.securebackend.runner.yaml.YamlReading;
import org.securebackend.runner.yaml.YamlScalar;

/** Reads a configuration: from a YAML file, if there is one, and the environment over it. */
public final class ConfigFile {
    private static final YamlNode NOTHING =
            new YamlScalar(Position.START, "", new CoreValue.Null());

    private ConfigFile() {}

    /**
     * Reads and checks everything.
     *
     * @param file empty: the environment alone
     */
    public static ConfigReading read(Optional<Path> file, Map<String, String> environment) {
        if (file.isEmpty()) {
            return read(file, NOTHING, environment);
        }
        Path path = file.get();
        try {
            return switch (YamlReader.read(Files.readAllBytes(path))) {
                case YamlReading.Tree(var root) -> read(file, root, environment);
                case YamlReading.Unreadable(var problems) ->
                        new ConfigReading.Invalid(
                                problems.stream()
                                        .map(problem ->
                                                new ConfigProblem(
                                                        new Origin.File(
                                                                path, problem.position().line()),
                                                        "",
                                                        problem.message()))
                                        .toList());
            };
        } catch (IOException e) {
            return new ConfigReading.Invalid(
                    List.of(
                            new ConfigProblem(
                                    new Origin.Default(),
                                    "",
                                    "the configuration %s cannot be read (%s): see whether it is there and who may read it"
                                            .formatted(path, e.getClass().getSimpleName()))));
        }
    }

    private static ConfigReading read(
            Optional<Path> file, YamlNode root, Map<String, String> environment) {
        var settings = new SettingReader(file, root, environment);
        RunnerConfig config = RunnerConfig.read(settings);
        List<ConfigProblem> problems = settings.problems();
        return problems.isEmpty()
                ? new ConfigReading.Valid(config, settings.values())
                : new ConfigReading.Invalid(problems);
    }
}

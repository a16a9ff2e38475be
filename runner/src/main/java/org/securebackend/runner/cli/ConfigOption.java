package org.securebackend.runner.cli;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.securebackend.runner.config.ConfigFile;
import org.securebackend.runner.config.ConfigReading;
import org.securebackend.runner.config.RunnerConfig;
import picocli.CommandLine.Option;

/** The option that names the configuration, for every command that needs one. */
public final class ConfigOption {
    private static final String VARIABLE = "RUNNER_CONFIG";

    private final Map<String, String> environment;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = {
                "the configuration (default: the file that RUNNER_CONFIG names, else none);",
                "environment variables come before it"
            })
    @Nullable Path file;

    /** With the environment of this process. */
    public ConfigOption() {
        this(System.getenv());
    }

    public ConfigOption(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    /** The file that is used, if there is one. */
    public Optional<Path> path() {
        return Optional.ofNullable(file)
                .or(() ->
                        Optional.ofNullable(environment.get(VARIABLE))
                                .filter(name -> !name.isEmpty())
                                .map(Path::of));
    }

    /** Reads the configuration; what is wrong with it is part of the result. */
    public ConfigReading read() {
        return ConfigFile.read(path(), environment);
    }

    /**
     * The configuration.
     *
     * @throws InvalidConfigException with everything that is wrong: exit code 2
     */
    public RunnerConfig load() {
        return switch (read()) {
            case ConfigReading.Valid(var config, _) -> config;
            case ConfigReading.Invalid(var problems) -> throw new InvalidConfigException(problems);
        };
    }
}

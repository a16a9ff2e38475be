package org.securebackend.runner.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.securebackend.runner.config.ConfigProblem;
import org.securebackend.runner.config.ConfigReading;
import org.securebackend.runner.config.EffectiveValue;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Looks at the configuration without starting anything. */
@Command(
        name = "config",
        description = "Checks or shows the configuration.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  runner config check --config config/tpp.yaml",
            "  MAX_WORKERS=4 runner config show --config config/tpp.yaml"
        })
public final class ConfigCommand implements Runnable {
    @Spec @Nullable CommandSpec spec;

    /**
     * The command with its subcommands.
     *
     * @param environment where variables are looked up
     */
    public static CommandLine commandLine(Map<String, String> environment) {
        return new CommandLine(new ConfigCommand())
                .addSubcommand(new Check(new ConfigOption(environment)))
                .addSubcommand(new Show(new ConfigOption(environment)));
    }

    @Override
    public void run() {
        if (spec != null) {
            throw new ParameterException(spec.commandLine(), "say check or show");
        }
    }

    abstract static sealed class Look implements Callable<Integer> {
        @Mixin final ConfigOption config;
        @Spec @Nullable CommandSpec spec;

        @Option(names = "--json", description = "as JSON")
        boolean json;

        Look(ConfigOption config) {
            this.config = config;
        }

        @Override
        public Integer call() {
            return switch (config.read()) {
                case ConfigReading.Valid valid -> {
                    show(valid);
                    yield 0;
                }
                case ConfigReading.Invalid(var problems) -> {
                    complain(problems);
                    yield InvalidConfigException.EXIT_CODE;
                }
            };
        }

        abstract void show(ConfigReading.Valid valid);

        private void complain(List<ConfigProblem> problems) {
            if (json) {
                print(ConfigJson.problems(problems));
            } else if (spec != null) {
                PrintWriter err = spec.commandLine().getErr();
                err.println(new InvalidConfigException(problems).getMessage());
                err.flush();
            }
        }

        final void print(String line) {
            if (spec != null) {
                PrintWriter out = spec.commandLine().getOut();
                out.println(line);
                out.flush();
            }
        }
    }

    /** Says everything that is wrong. */
    @Command(
            name = "check",
            description = "Checks the configuration; all problems, each with its place.",
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "Example:",
                "  runner config check --config config/tpp.yaml",
                "",
                "Exit code: 0 if it can be used, 2 if not."
            })
    public static final class Check extends Look {
        public Check(ConfigOption config) {
            super(config);
        }

        @Override
        void show(ConfigReading.Valid valid) {
            print(json ? ConfigJson.problems(List.of()) : "the configuration can be used");
        }
    }

    /** Shows what is in force. */
    @Command(
            name = "show",
            description = "Shows every setting and where its value comes from; never a secret.",
            mixinStandardHelpOptions = true,
            footer = {"", "Example:", "  runner config show --config config/tpp.yaml --json"})
    public static final class Show extends Look {
        public Show(ConfigOption config) {
            super(config);
        }

        @Override
        void show(ConfigReading.Valid valid) {
            if (json) {
                print(ConfigJson.values(valid.values()));
                return;
            }
            int width =
                    valid.values().stream().mapToInt(value -> value.key().length()).max().orElse(1);
            for (EffectiveValue value : valid.values()) {
                print(
                        "%s  %s  [%s]"
                                .formatted(
                                        padded(value.key(), width),
                                        value.value().orElse("-"),
                                        value.origin()));
            }
        }

        private static String padded(String key, int width) {
            return key + " ".repeat(width - key.length());
        }
    }
}

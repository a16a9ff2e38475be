package org.securebackend.runner.cli;

import org.securebackend.runner.config.RunnerConfig;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What every order takes. */
final class OrderOptions {
    @Mixin private ConfigOption config;

    @Option(
            names = {"-y", "--yes"},
            description = "do it without a question")
    private boolean yes;

    @Option(names = "--json", description = "what came of it as JSON, one object a line")
    private boolean json;

    RunnerConfig load() {
        return config.load();
    }

    boolean isAgreed() {
        return yes;
    }

    boolean isJson() {
        return json;
    }
}

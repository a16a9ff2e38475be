package org.securebackend.runner.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program itself; everything is done by its commands. */
@Command(
        name = "runner",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Runs studies' actions beside a secure database, and releases only what may be released."
        },
        footer = {
            "",
            "Examples:",
            "  runner config check --config config/tpp.yaml    is the configuration sound?",
            "  runner serve --config config/tpp.yaml           run the daemon",
            "  runner jobs --config config/tpp.yaml            what waits, runs and ran",
            "  runner logs 6nhad5m5 -f                         what a job says",
            "  runner validate project.yaml                    check a study",
            "",
            "Instead of --config: RUNNER_CONFIG=FILE, or environment variables alone; see",
            "config/example.yaml.",
            "",
            "Exit codes: 0 done; 1 no (invalid, failed, refused); 2 wrong usage or configuration;",
            "3 something outside is not reachable (engine, server, database file)."
        })
public final class RunnerCommand implements Runnable {
    @Spec private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "a command is missing; see: runner --help");
    }
}

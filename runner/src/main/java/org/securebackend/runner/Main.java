package org.securebackend.runner;

import java.io.PrintWriter;
import java.io.UncheckedIOException;
import org.securebackend.runner.cli.AddJobCommand;
import org.securebackend.runner.cli.CommandFailedException;
import org.securebackend.runner.cli.ConfigCommand;
import org.securebackend.runner.cli.DemoCommand;
import org.securebackend.runner.cli.DevServerCommand;
import org.securebackend.runner.cli.ExitCodes;
import org.securebackend.runner.cli.InvalidConfigException;
import org.securebackend.runner.cli.JobCommand;
import org.securebackend.runner.cli.JobsCommand;
import org.securebackend.runner.cli.LogsCommand;
import org.securebackend.runner.cli.Product;
import org.securebackend.runner.cli.RunnerCommand;
import org.securebackend.runner.cli.ServeCommand;
import org.securebackend.runner.cli.ValidateCommand;
import org.securebackend.runner.executor.ExecutorUnavailableException;
import org.securebackend.runner.source.SourceException;
import org.securebackend.runner.store.StoreException;
import picocli.CommandLine;

/** The front door: picks the command, and turns what goes wrong into a message and an exit code. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(commandLine(new WiredProduct()).execute(args));
    }

    static CommandLine commandLine(Product product) {
        return new CommandLine(new RunnerCommand())
                .addSubcommand(new ServeCommand(product))
                .addSubcommand(new JobsCommand(product))
                .addSubcommand(new JobCommand(product))
                .addSubcommand(new LogsCommand(product))
                .addSubcommand(new AddJobCommand(product))
                .addSubcommand(new ValidateCommand())
                .addSubcommand(ConfigCommand.commandLine(System.getenv()))
                .addSubcommand(new DemoCommand())
                .addSubcommand(new DevServerCommand(new ProjectFiles(System.getenv())))
                .setExecutionExceptionHandler((failure, command, _) -> explain(failure, command));
    }

    private static int explain(Exception failure, CommandLine command) throws Exception {
        int code =
                switch (failure) {
                    case CommandFailedException failed -> failed.exitCode();
                    case InvalidConfigException _ -> ExitCodes.USAGE;
                    case IllegalArgumentException _ -> ExitCodes.USAGE;
                    case StoreException _,
                            ExecutorUnavailableException _,
                            SourceException _,
                            UncheckedIOException _ ->
                            ExitCodes.UNREACHABLE;
                    default -> throw failure;
                };
        PrintWriter err = command.getErr();
        err.println(failure.getMessage());
        err.flush();
        return code;
    }
}

package org.securebackend.runner;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import org.securebackend.runner.cli.AddJobCommand;
import org.securebackend.runner.cli.BackupCommand;
import org.securebackend.runner.cli.CommandFailedException;
import org.securebackend.runner.cli.ConfigCommand;
import org.securebackend.runner.cli.DemoCommand;
import org.securebackend.runner.cli.DevServerCommand;
import org.securebackend.runner.cli.DoctorCommand;
import org.securebackend.runner.cli.DrainCommand;
import org.securebackend.runner.cli.ExitCodes;
import org.securebackend.runner.cli.FlagsCommand;
import org.securebackend.runner.cli.GcCommand;
import org.securebackend.runner.cli.ImportCommand;
import org.securebackend.runner.cli.InvalidConfigException;
import org.securebackend.runner.cli.JobCommand;
import org.securebackend.runner.cli.JobsCommand;
import org.securebackend.runner.cli.KillCommand;
import org.securebackend.runner.cli.LogsCommand;
import org.securebackend.runner.cli.MaintenanceCommand;
import org.securebackend.runner.cli.ManifestCommand;
import org.securebackend.runner.cli.MigrateCommand;
import org.securebackend.runner.cli.PauseCommand;
import org.securebackend.runner.cli.Person;
import org.securebackend.runner.cli.PrepareRebootCommand;
import org.securebackend.runner.cli.Product;
import org.securebackend.runner.cli.RetryCommand;
import org.securebackend.runner.cli.RunnerCommand;
import org.securebackend.runner.cli.Screen;
import org.securebackend.runner.cli.ServeCommand;
import org.securebackend.runner.cli.TopCommand;
import org.securebackend.runner.cli.ValidateCommand;
import org.securebackend.runner.executor.ExecutorException;
import org.securebackend.runner.source.SourceException;
import org.securebackend.runner.source.SourceRefusedException;
import org.securebackend.runner.store.StoreException;
import org.securebackend.runner.store.WorkdirTakenException;
import org.securebackend.runner.store.v2.V2InUseException;
import org.securebackend.runner.store.v2.V2RefusedException;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;

/** The front door: picks the command, and turns what goes wrong into a message and an exit code. */
public final class Main {
    private static final int HELP_WIDTH = 100;
    private static final String BROKEN_PIPE = "Broken pipe";

    private Main() {}

    public static void main(String[] args) {
        System.exit(
                commandLine(new WiredProduct(), Screen.ofThisProcess(System.getenv()))
                        .execute(args));
    }

    static CommandLine commandLine(Product product, Screen screen) {
        return commandLine(product, screen, Person.ofThisProcess());
    }

    static CommandLine commandLine(Product product, Screen screen, Person person) {
        return new CommandLine(new RunnerCommand())
                .addSubcommand(new ServeCommand(product))
                .addSubcommand(new MigrateCommand(product))
                .addSubcommand(new JobsCommand(product, screen))
                .addSubcommand(new JobCommand(product, screen))
                .addSubcommand(new LogsCommand(product, screen))
                .addSubcommand(new TopCommand(product, screen))
                .addSubcommand(new KillCommand(product, person))
                .addSubcommand(new RetryCommand(product, person))
                .addSubcommand(new PauseCommand(product, person))
                .addSubcommand(new MaintenanceCommand(product, person))
                .addSubcommand(new DrainCommand(product, person))
                .addSubcommand(new PrepareRebootCommand(product, person))
                .addSubcommand(new FlagsCommand(product))
                .addSubcommand(new AddJobCommand(product))
                .addSubcommand(new GcCommand(product, screen))
                .addSubcommand(new BackupCommand(product))
                .addSubcommand(ManifestCommand.commandLine(product))
                .addSubcommand(new ValidateCommand())
                .addSubcommand(new ImportCommand(product))
                .addSubcommand(new DoctorCommand(product))
                .addSubcommand(ConfigCommand.commandLine(System.getenv()))
                .addSubcommand(new DemoCommand())
                .addSubcommand(new DevServerCommand(new ProjectFiles(System.getenv())))
                .addSubcommand(new GenerateCompletion())
                .setUsageHelpWidth(HELP_WIDTH)
                .setExecutionExceptionHandler((failure, command, _) -> explain(failure, command));
    }

    private static int explain(Exception failure, CommandLine command) throws Exception {
        int code =
                switch (failure) {
                    case CommandFailedException failed -> failed.exitCode();
                    case InvalidConfigException _ -> ExitCodes.USAGE;
                    case IllegalArgumentException _ -> ExitCodes.USAGE;
                    case SourceRefusedException _,
                            WorkdirTakenException _,
                            V2InUseException _,
                            V2RefusedException _ ->
                            ExitCodes.NO;
                    case StoreException _,
                            ExecutorException _,
                            SourceException _,
                            UncheckedIOException _ ->
                            ExitCodes.UNREACHABLE;
                    // Whoever read the answer has seen enough.
                    case IOException e when BROKEN_PIPE.equals(e.getMessage()) -> ExitCodes.DONE;
                    default -> throw failure;
                };
        if (code != ExitCodes.DONE) {
            PrintWriter err = command.getErr();
            err.println(failure.getMessage());
            err.flush();
        }
        return code;
    }
}

package org.securebackend.runner.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.securebackend.runner.job.ByteCount;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Copies the database. */
@Command(
        name = "backup",
        mixinStandardHelpOptions = true,
        description = {
            "Writes a whole and consistent copy of the database, also while the daemon runs,",
            "and checks it. To put it back: stop the daemon, move runner.sqlite and the files",
            "beside it away, put the copy in the place of runner.sqlite, start the daemon."
        },
        footer = {
            "",
            "Examples:",
            "  runner backup /srv/backups/runner-before-upgrade.sqlite --config config/tpp.yaml",
            "",
            "A file that is there already is never overwritten (exit code 1)."
        })
public final class BackupCommand implements Callable<Integer> {
    private final Product product;

    @Spec private CommandSpec spec;
    @Mixin private ConfigOption config;

    @Parameters(paramLabel = "FILE", description = "where the copy goes; must not be there yet")
    private Path file;

    public BackupCommand(Product product) {
        this.product = product;
    }

    @Override
    public Integer call() throws IOException {
        product.backUp(config.load(), file);
        PrintWriter out = spec.commandLine().getOut();
        out.println(
                "%s: %s, checked"
                        .formatted(Printable.of(file.toString()), ByteCount.of(Files.size(file))));
        out.flush();
        return ExitCodes.DONE;
    }
}

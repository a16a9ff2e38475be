package org.securebackend.runner.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.securebackend.runner.store.SqliteJobStore.Migration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Makes the database, or brings it up to date. */
@Command(
        name = "migrate",
        mixinStandardHelpOptions = true,
        description = {
            "Makes the daemon's database, or brings one of an earlier version up to date.",
            "The daemon must be stopped. Repeating it changes nothing; a newer database is refused."
        },
        footer = {
            "",
            "Example:",
            "  runner migrate --config config/tpp.yaml",
            "",
            "Exit codes: 0 the database is of this version; 1 a daemon has the work directory;",
            "3 the database cannot be used."
        })
public final class MigrateCommand implements Callable<Integer> {
    private final Product product;

    @Spec private CommandSpec spec;
    @Mixin private ConfigOption config;

    public MigrateCommand(Product product) {
        this.product = product;
    }

    @Override
    public Integer call() {
        Migration done = product.migrate(config.load());
        PrintWriter out = spec.commandLine().getOut();
        out.println(text(done));
        out.flush();
        return ExitCodes.DONE;
    }

    private static String text(Migration done) {
        if (done.before() == 0) {
            return "%s: made, schema %d".formatted(done.file(), done.now());
        }
        return done.before() == done.now()
                ? "%s: schema %d already, nothing to do".formatted(done.file(), done.now())
                : "%s: migrated from schema %d to %d"
                        .formatted(done.file(), done.before(), done.now());
    }
}

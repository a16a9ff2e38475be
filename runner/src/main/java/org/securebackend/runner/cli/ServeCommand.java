package org.securebackend.runner.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Runs the daemon. */
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        description = {
            "Runs the daemon: polls the job server, runs what it asks for and reports.",
            "SIGTERM or Ctrl-C stops it and leaves running jobs alone; the next start finds them again.",
            "Needs a token for the job server: JOB_SERVER_TOKEN, or JOB_SERVER_TOKEN_FILE."
        },
        footer = {
            "",
            "Example:",
            "  JOB_SERVER_TOKEN_FILE=/run/secrets/token runner serve --config config/tpp.yaml",
            "",
            "Exit codes: 0 stopped, 143 by SIGTERM, 130 by Ctrl-C; 1 another daemon has the work",
            "directory; 2 the configuration cannot be used; 3 the database cannot."
        })
public final class ServeCommand implements Callable<Integer> {
    private final Product product;

    @Mixin private ConfigOption config;

    public ServeCommand(Product product) {
        this.product = product;
    }

    @Override
    public Integer call() throws InterruptedException {
        try (Product.Daemon daemon = product.serve(config.load())) {
            Runtime.getRuntime().addShutdownHook(new Thread(daemon::close, "shutdown"));
            daemon.join();
        }
        return ExitCodes.DONE;
    }
}

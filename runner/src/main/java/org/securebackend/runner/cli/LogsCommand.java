package org.securebackend.runner.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.securebackend.runner.config.RunnerConfig;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.store.JobStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows a job's log. */
@Command(
        name = "logs",
        mixinStandardHelpOptions = true,
        description = {
            "Shows the log of a job, running or finished, in whatever month it ran.",
            "On a terminal control characters are shown as \\uXXXX; elsewhere the log is as it is."
        },
        footer = {
            "",
            "Examples:",
            "  runner logs 6nhad5m5 --config config/tpp.yaml",
            "  runner logs 6nhad5m5 -f"
        })
public final class LogsCommand implements Callable<Integer> {
    private final Product product;
    private final Screen screen;

    @Mixin private ConfigOption config;

    @Parameters(paramLabel = "ID", description = "a job's id, or any unique start of it")
    private String id;

    @Option(
            names = {"-f", "--follow"},
            description = "go on until the job's program ends")
    private boolean follow;

    public LogsCommand(Product product, Screen screen) {
        this.product = product;
        this.screen = screen;
    }

    @Override
    public Integer call() throws IOException {
        RunnerConfig loaded = config.load();
        Job job;
        try (JobStore store = product.openStore(loaded)) {
            job = JobFinder.find(store, id);
        }
        Optional<Path> file = product.logFile(loaded, job.id());
        if (file.isEmpty() && job.isDone()) {
            throw new CommandFailedException(
                    ExitCodes.NO,
                    "job %s has no log: its program never started, or the log was removed"
                            .formatted(job.id()));
        }
        try (OutputStream out = screen.jobText()) {
            if (file.isPresent()) {
                Files.copy(file.get(), out);
            } else {
                product.copyLog(loaded, job.id(), following(), out);
            }
        }
        return ExitCodes.DONE;
    }

    private Product.Following following() {
        return follow ? Product.Following.UNTIL_END : Product.Following.NOW;
    }
}

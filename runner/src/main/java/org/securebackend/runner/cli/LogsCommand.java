package org.securebackend.runner.cli;

import java.io.IOException;
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
        description = "Shows the log of a job, running or finished, in whatever month it ran.",
        footer = {"", "Example:", "  runner logs 6nhad5 -f --config config/tpp.yaml"})
public final class LogsCommand implements Callable<Integer> {
    private final Product product;

    @Mixin private ConfigOption config;

    @Parameters(paramLabel = "ID", description = "A job's id, or any unique start of it")
    private String id;

    @Option(
            names = {"-f", "--follow"},
            description = "Go on until the job's program ends")
    private boolean follow;

    public LogsCommand(Product product) {
        this.product = product;
    }

    @Override
    public Integer call() throws IOException {
        RunnerConfig loaded = config.load();
        Job job;
        try (JobStore store = product.openStore(loaded)) {
            job = JobFinder.find(store, id);
        }
        Optional<Path> file = product.logFile(loaded, job.id());
        if (file.isPresent()) {
            Files.copy(file.get(), System.out);
        } else if (job.isDone()) {
            throw new CommandFailedException(
                    ExitCodes.NO,
                    "Job %s has no log: its program never started".formatted(job.id()));
        } else {
            product.copyLog(
                    loaded,
                    job.id(),
                    follow ? Product.Following.UNTIL_END : Product.Following.NOW,
                    System.out);
        }
        System.out.flush();
        return ExitCodes.DONE;
    }
}

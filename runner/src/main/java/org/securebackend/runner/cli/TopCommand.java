package org.securebackend.runner.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import org.securebackend.runner.config.JobSection;
import org.securebackend.runner.config.RunnerConfig;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.store.JobStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A live view of what runs. */
@Command(
        name = "top",
        mixinStandardHelpOptions = true,
        description = {
            "Shows what runs and what it uses, again and again until Ctrl-C.",
            "The daemon measures every jobs.usage_interval. Not on a terminal: once."
        },
        footer = {"", "Examples:", "  runner top --config config/tpp.yaml", "  runner top --once"})
public final class TopCommand implements Callable<Integer> {
    private static final String CLEAR = "\u001b[H\u001b[2J";

    private final Product product;
    private final Screen screen;

    @Spec private CommandSpec spec;

    @Mixin private ConfigOption config;

    @Option(names = "--once", description = "show it once")
    private boolean once;

    @Option(
            names = "--every",
            defaultValue = "2",
            paramLabel = "SECONDS",
            description = "between two looks (default: ${DEFAULT-VALUE})")
    private int seconds;

    public TopCommand(Product product, Screen screen) {
        this.product = product;
        this.screen = screen;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (seconds < 1) {
            throw new ParameterException(spec.commandLine(), "--every must be at least 1");
        }
        RunnerConfig loaded = config.load();
        PrintWriter out = spec.commandLine().getOut();
        boolean goesOn = !once && screen.width().isPresent();
        try (JobStore store = product.openStore(loaded)) {
            do {
                out.print((goesOn ? CLEAR : "") + look(store, loaded.jobs()));
                out.flush();
            } while (goesOn && restedWithoutError(out));
        }
        return ExitCodes.DONE;
    }

    private boolean restedWithoutError(PrintWriter out) throws InterruptedException {
        Thread.sleep(Duration.ofSeconds(seconds));
        return !out.checkError();
    }

    private String look(JobStore store, JobSection limits) {
        List<Job> open = store.openJobs();
        var text = new StringWriter();
        var view =
                new TopView(
                        open,
                        store.metrics(open.stream().map(Job::id).toList()),
                        limits,
                        Instant.now());
        view.print(screen.width(), new PrintWriter(text, true));
        return text.toString();
    }
}

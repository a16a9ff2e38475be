package org.securebackend.runner.cli;

import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.StatusText;
import org.securebackend.runner.job.Work;
import org.securebackend.runner.server.WireStatus;
import org.securebackend.runner.store.JobStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lists jobs. */
@Command(
        name = "jobs",
        mixinStandardHelpOptions = true,
        description = "Shows what waits and runs, oldest first, and below it what ran last.",
        footer = {"", "Example:", "  runner jobs --config config/tpp.yaml --last 50"})
public final class JobsCommand implements Callable<Integer> {
    private final Product product;

    @Spec private CommandSpec spec;
    @Mixin private ConfigOption config;

    @Option(
            names = "--last",
            defaultValue = "20",
            description = "How many finished jobs to show. Default: ${DEFAULT-VALUE}")
    private int last;

    @Option(names = "--json", description = "One JSON object a line")
    private boolean json;

    public JobsCommand(Product product) {
        this.product = product;
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try (JobStore store = product.openStore(config.load())) {
            List<Job> open = store.openJobs();
            List<Job> done =
                    store.newestJobs(last + open.size()).stream()
                            .filter(Job::isDone)
                            .limit(last)
                            .toList();
            if (json) {
                Stream.concat(open.stream(), done.stream())
                        .forEach(job -> out.println(JobJson.line(job)));
            } else if (open.isEmpty() && done.isEmpty()) {
                out.println("No jobs yet.");
            } else {
                print(Stream.concat(open.stream(), done.stream()).toList(), out);
            }
        }
        out.flush();
        return ExitCodes.DONE;
    }

    private static void print(List<Job> jobs, PrintWriter out) {
        Instant now = Instant.now();
        var table =
                new Table(
                        "JOB",
                        "WORKSPACE",
                        "ACTION",
                        "STATUS",
                        "CODE",
                        "CREATED",
                        "RUNTIME",
                        "MESSAGE");
        for (Job job : jobs) {
            WireStatus status = WireStatus.of(job.state());
            table.row(
                    job.id().value(),
                    job.definition().work().map(Work::workspace).map(Object::toString).orElse("-"),
                    job.definition().action().value(),
                    status.status(),
                    status.code(),
                    Times.utc(job.definition().createdAt()),
                    Times.runtime(job, now),
                    firstLine(StatusText.of(job.state(), StatusText.DatabaseAccess.NONE)));
        }
        table.print(out);
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("");
    }
}

package org.securebackend.runner.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.securebackend.runner.config.RunnerConfig;
import org.securebackend.runner.executor.ExecutorException;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.StatusText;
import org.securebackend.runner.job.Work;
import org.securebackend.runner.server.WireStatus;
import org.securebackend.runner.store.BackendOrders;
import org.securebackend.runner.store.JobStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Lists jobs. */
@Command(
        name = "jobs",
        mixinStandardHelpOptions = true,
        description = {
            "Shows what waits and runs, oldest first, and below it what ran last.",
            "On a terminal ids and messages are shortened to fit; elsewhere all is in full."
        },
        footer = {
            "",
            "Examples:",
            "  runner jobs --config config/tpp.yaml --last 50",
            "  runner jobs --json | grep '\"status\":\"failed\"'"
        })
public final class JobsCommand implements Callable<Integer> {
    private static final int LONGEST_WORKSPACE = 24;
    private static final int LONGEST_ACTION = 30;

    private final Product product;
    private final Screen screen;

    @Spec private CommandSpec spec;
    @Mixin private ConfigOption config;

    @Option(
            names = "--last",
            defaultValue = "20",
            paramLabel = "N",
            description = "how many finished jobs to show (default: ${DEFAULT-VALUE})")
    private int last;

    @Option(names = "--json", description = "one JSON object a line")
    private boolean json;

    public JobsCommand(Product product, Screen screen) {
        this.product = product;
        this.screen = screen;
    }

    @Override
    public Integer call() throws IOException {
        if (last < 0) {
            throw new ParameterException(spec.commandLine(), "--last must not be negative");
        }
        PrintWriter out = spec.commandLine().getOut();
        RunnerConfig loaded = config.load();
        try (JobStore store = product.openStore(loaded)) {
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
                header(loaded, store).forEach(out::println);
                out.println("No jobs yet.");
            } else {
                header(loaded, store).forEach(out::println);
                print(Stream.concat(open.stream(), done.stream()).toList()).print(out);
            }
            if (!json) {
                HousekeepingLine.of(product.lastHousekeeping(loaded)).ifPresent(out::println);
            }
        }
        out.flush();
        return ExitCodes.DONE;
    }

    /** The orders in force for the whole backend. */
    private List<String> header(RunnerConfig loaded, JobStore store) {
        BackendOrders orders = BackendOrders.of(store.flags());
        var lines = new ArrayList<>(orders.lines());
        if (orders.reboot().isPresent()) {
            lines.add(safety(loaded, store));
        }
        return lines;
    }

    private String safety(RunnerConfig loaded, JobStore store) {
        try {
            return RebootCheck.now(product, loaded, store).isSafe()
                    ? "safe to reboot"
                    : "NOT safe to reboot; why: runner prepare-reboot --status";
        } catch (ExecutorException e) {
            return "NOT known to be safe to reboot: the engine cannot be asked";
        }
    }

    private Table print(List<Job> jobs) {
        return screen.width().isPresent() ? fitting(jobs) : inFull(jobs);
    }

    private Table fitting(List<Job> jobs) {
        Instant now = Instant.now();
        int idLength = ShortIds.length(jobs);
        var table =
                new Table(
                        screen.width(),
                        "JOB",
                        "WORKSPACE",
                        "ACTION",
                        "STATUS",
                        "AGE",
                        "RUNTIME",
                        "MESSAGE");
        for (Job job : jobs) {
            table.row(
                    job.id().value().substring(0, idLength),
                    Table.cut(workspace(job), LONGEST_WORKSPACE),
                    Table.cut(action(job), LONGEST_ACTION),
                    WireStatus.of(job.state()).status(),
                    Times.age(job.definition().createdAt(), now),
                    Times.runtime(job, now),
                    message(job));
        }
        return table;
    }

    private static Table inFull(List<Job> jobs) {
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
                    workspace(job),
                    action(job),
                    status.status(),
                    status.code(),
                    Times.utc(job.definition().createdAt()),
                    Times.runtime(job, now),
                    message(job));
        }
        return table;
    }

    private static String workspace(Job job) {
        return Printable.of(
                job.definition().work().map(Work::workspace).map(Object::toString).orElse("-"));
    }

    private static String action(Job job) {
        return Printable.of(job.definition().action().value());
    }

    private static String message(Job job) {
        String text = StatusText.of(job, StatusText.DatabaseAccess.NONE);
        return Printable.of(text.lines().findFirst().orElse(""));
    }
}

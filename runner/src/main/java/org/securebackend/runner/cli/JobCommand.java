package org.securebackend.runner.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobRequest;
import org.securebackend.runner.job.JobResults;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.job.OutputReport;
import org.securebackend.runner.job.StatusText;
import org.securebackend.runner.job.Work;
import org.securebackend.runner.server.WireStatus;
import org.securebackend.runner.store.JobStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows one job in full. */
@Command(
        name = "job",
        mixinStandardHelpOptions = true,
        description = {
            "Shows one job in full: what it runs, where it stands, and every output.",
            "Of very many outputs only the first of each level; --json has them all."
        },
        footer = {
            "",
            "Examples:",
            "  runner job 6nhad5m5 --config config/tpp.yaml",
            "  runner job 6nhad5m5 --json"
        })
public final class JobCommand implements Callable<Integer> {
    private static final int FULL_WIDTH = 10_000;
    private static final int MOST_ROWS = 1_000;
    private static final int INDENT = 17;

    private final Product product;
    private final Screen screen;

    @Spec private CommandSpec spec;
    @Mixin private ConfigOption config;

    @Parameters(paramLabel = "ID", description = "a job's id, or any unique start of it")
    private String id;

    @Option(names = "--json", description = "one JSON object")
    private boolean json;

    public JobCommand(Product product, Screen screen) {
        this.product = product;
        this.screen = screen;
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try (JobStore store = product.openStore(config.load())) {
            Job job = JobFinder.find(store, id);
            Optional<JobResults> results = store.results(job.id());
            if (json) {
                ObjectNode object = JobJson.object(job);
                results.ifPresent(found -> JobJson.addResults(object, job, found));
                out.println(Printable.json(object));
            } else {
                print(job, store.request(job.definition().request()), out);
                results.ifPresent(found -> print(job, found, out));
            }
        }
        out.flush();
        return ExitCodes.DONE;
    }

    private static void print(Job job, Optional<JobRequest> request, PrintWriter out) {
        WireStatus status = WireStatus.of(job.state());
        line(out, "Job", job.id().value());
        line(out, "Action", job.definition().action().value());
        line(out, "Status", status.status() + " (" + status.code() + ")");
        line(out, "Message", StatusText.of(job, StatusText.DatabaseAccess.NONE));
        line(out, "Created", Times.utc(job.definition().createdAt()));
        job.startedAt().ifPresent(start -> line(out, "Started", Times.utc(start)));
        if (job.state() instanceof JobState.Done done) {
            line(out, "Finished", Times.utc(done.finishedAt()));
        }
        line(out, "Runtime", Times.runtime(job, Instant.now()));
        line(out, "Request", job.definition().request().value());
        request.flatMap(JobRequest::requester)
                .ifPresent(who -> line(out, "Requested by", who.user()));
        job.definition().work().ifPresent(work -> print(work, out));
        job.image().ifPresent(image -> line(out, "Image", image.value()));
    }

    private static void print(Work work, PrintWriter out) {
        line(out, "Workspace", work.workspace().value());
        line(out, "Study", work.study().repositoryUrl() + " at " + work.study().commit());
        work.reusableAction()
                .ifPresent(code ->
                        line(
                                out,
                                "Reusable action",
                                code.repositoryUrl() + " at " + code.commit()));
        line(out, "Command", work.command().text());
        line(out, "Database", work.requiresDatabase() ? work.databaseName() : "no");
        if (!work.needs().isEmpty()) {
            line(
                    out,
                    "Inputs from",
                    work.needs().stream()
                            .map(need -> need.action() + " (" + need.producer() + ")")
                            .collect(Collectors.joining(", ")));
        }
    }

    private static void line(PrintWriter out, String name, String value) {
        String safe =
                Printable.lines(value).stripTrailing().replace("\n", "\n" + " ".repeat(INDENT));
        out.printf("%-16s %s%n", name + ":", safe);
    }

    private void print(Job job, JobResults results, PrintWriter out) {
        var limits = new OutputReport.Limits(screen.width().orElse(FULL_WIDTH), MOST_ROWS);
        out.println();
        OutputReport.of(results, OutputReport.Whereabouts.of(job), limits)
                .forEach(line -> out.println(Printable.of(line)));
    }
}

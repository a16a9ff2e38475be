package org.securebackend.runner.cli;

import java.io.PrintWriter;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobRequest;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.job.RequestId;
import org.securebackend.runner.job.StatusText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes a request without a server. */
@Command(
        name = "add-job",
        mixinStandardHelpOptions = true,
        description = {
            "Requests actions of a study without a job server, for development.",
            "A running daemon starts them at once. They are never reported to a server."
        },
        footer = {
            "",
            "Example:",
            "  runner add-job /home/me/study run_all --workspace test --branch main"
        })
public final class AddJobCommand implements Callable<Integer> {
    private static final int ID_BYTES = 5;

    private final Product product;

    @Spec private CommandSpec spec;
    @Mixin private ConfigOption config;

    @Parameters(index = "0", paramLabel = "REPO", description = "Repository: a URL or a local path")
    private String repository;

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "ACTION",
            description = "Actions, or run_all")
    private List<String> actions;

    @Option(names = "--branch", defaultValue = "main", description = "Default: ${DEFAULT-VALUE}")
    private String branch;

    @Option(names = "--commit", description = "Default: the newest one of the branch")
    private @Nullable String commit;

    @Option(names = "--workspace", defaultValue = "test", description = "Default: ${DEFAULT-VALUE}")
    private String workspace;

    @Option(
            names = "--database",
            defaultValue = "default",
            description = "Default: ${DEFAULT-VALUE}")
    private String database;

    @Option(
            names = {"-f", "--force-run-dependencies"},
            description = "Run actions again that the requested ones need")
    private boolean force;

    public AddJobCommand(Product product) {
        this.product = product;
    }

    @Override
    public Integer call() {
        List<Job> jobs =
                product.add(
                        config.load(),
                        new Product.NewRequest(request(), Optional.ofNullable(commit)));
        PrintWriter out = spec.commandLine().getOut();
        jobs.forEach(job ->
                out.printf(
                        "%s  %s  %s%n",
                        job.id(),
                        job.definition().action(),
                        StatusText.of(job.state(), StatusText.DatabaseAccess.NONE)));
        out.flush();
        return jobs.stream().anyMatch(job -> job.state() instanceof JobState.Failed)
                ? ExitCodes.NO
                : ExitCodes.DONE;
    }

    private JobRequest request() {
        byte[] id = new byte[ID_BYTES];
        new SecureRandom().nextBytes(id);
        return new JobRequest(
                new RequestId(HexFormat.of().formatHex(id)),
                JobRequest.Origin.LOCAL,
                workspace,
                repository,
                branch,
                "",
                database,
                actions,
                List.of(),
                force,
                true,
                Optional.empty(),
                Instant.now(),
                "{}");
    }
}

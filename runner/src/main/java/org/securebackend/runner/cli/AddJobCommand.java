package org.securebackend.runner.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
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
        sortOptions = false,
        description = {
            "Requests actions of a study without a job server, for development.",
            "A running daemon starts them at once, otherwise the next one. No server hears of them."
        },
        footer = {
            "",
            "Examples:",
            "  RUNNER_SOURCE_LOCAL_REPOSITORIES=allowed runner add-job /home/me/study run_all",
            "  runner add-job https://github.com/opensafely/study make_table --workspace test"
        })
public final class AddJobCommand implements Callable<Integer> {
    private static final int ID_BYTES = 5;

    private final Product product;

    @Spec private CommandSpec spec;
    @Mixin private ConfigOption config;

    @Parameters(
            index = "0",
            paramLabel = "REPO",
            description =
                    "repository: a URL, or a folder where source.local_repositories is allowed")
    private String repository;

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "ACTION",
            description = "actions of its project.yaml, or run_all")
    private List<String> actions;

    @Option(
            names = "--branch",
            paramLabel = "NAME",
            defaultValue = "main",
            description = "default: ${DEFAULT-VALUE}")
    private String branch;

    @Option(
            names = "--commit",
            paramLabel = "SHA",
            description = "default: the newest one of the branch")
    private @Nullable String commit;

    @Option(
            names = "--workspace",
            paramLabel = "NAME",
            defaultValue = "test",
            description = "default: ${DEFAULT-VALUE}")
    private String workspace;

    @Option(
            names = "--database",
            paramLabel = "NAME",
            defaultValue = "default",
            description = "default: ${DEFAULT-VALUE}")
    private String database;

    @Option(
            names = {"-f", "--force-run-dependencies"},
            description = "run actions again that the requested ones need")
    private boolean force;

    @Option(names = "--json", description = "one JSON object a job, a line each")
    private boolean json;

    public AddJobCommand(Product product) {
        this.product = product;
    }

    @Override
    public Integer call() {
        JobRequest request = request();
        List<Job> jobs =
                product.add(
                        config.load(),
                        new Product.NewRequest(request, Optional.ofNullable(commit)));
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            jobs.forEach(job -> out.println(JobJson.line(job)));
        } else {
            out.println("request " + request.id());
            jobs.forEach(job -> out.println("job     " + line(job)));
        }
        out.flush();
        return jobs.stream().anyMatch(job -> job.state() instanceof JobState.Failed)
                ? ExitCodes.NO
                : ExitCodes.DONE;
    }

    private static String line(Job job) {
        return Printable.of(
                "%s  %s  %s"
                        .formatted(
                                job.id(),
                                job.definition().action(),
                                StatusText.of(job.state(), StatusText.DatabaseAccess.NONE)));
    }

    /** A folder's whole path, as the daemon works elsewhere; anything else as it is. */
    private String repositoryUrl() {
        try {
            Path folder = Path.of(repository);
            return Files.isDirectory(folder) ? folder.toRealPath().toString() : repository;
        } catch (IOException | InvalidPathException _) {
            return repository;
        }
    }

    private JobRequest request() {
        byte[] id = new byte[ID_BYTES];
        new SecureRandom().nextBytes(id);
        return new JobRequest(
                new RequestId(HexFormat.of().formatHex(id)),
                JobRequest.Origin.LOCAL,
                workspace,
                repositoryUrl(),
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

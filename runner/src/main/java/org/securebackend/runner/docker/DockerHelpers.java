package org.securebackend.runner.docker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.securebackend.runner.executor.Execution;
import org.securebackend.runner.executor.ExecutorUnavailableException;
import org.securebackend.runner.executor.HelperEnd;
import org.securebackend.runner.executor.HelperProgram;
import org.securebackend.runner.executor.HelperPrograms;
import org.securebackend.runner.executor.ProgramSpec;
import org.securebackend.runner.job.ImageDigest;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.RequestId;
import org.securebackend.runner.job.WorkspaceName;
import org.securebackend.runner.pipeline.ActionName;

/**
 * Helper programs as containers that are made exactly as those of jobs, under an instance mark of
 * their own: the executor of jobs neither sees nor counts them.
 */
public final class DockerHelpers implements HelperPrograms, AutoCloseable {
    private static final String MARK = ".helper";
    private static final int LONGEST_INSTANCE = 100;
    private static final WorkspaceName WORKSPACE = new WorkspaceName("runner-helper");
    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

    private final String instance;
    private final DockerExecutor executor;

    /**
     * @param settings of jobs
     */
    public DockerHelpers(DockerSettings settings) {
        this.instance = settings.instance();
        this.executor = new DockerExecutor(settings.marked(mark(instance)));
    }

    private static String mark(String instance) {
        int length = Math.min(instance.length(), LONGEST_INSTANCE - MARK.length());
        return instance.substring(0, length) + MARK;
    }

    @Override
    public HelperEnd run(HelperProgram program) {
        JobId name = JobId.of(new RequestId("helper"), program.purpose() + "\n" + instance);
        executor.remove(name);
        Optional<ImageDigest> image = executor.findImage(program.image());
        if (image.isEmpty()) {
            return new HelperEnd.ImageMissing();
        }
        try {
            executor.workspace(name).rewrite().close();
            executor.start(
                    new ProgramSpec(
                            name,
                            WORKSPACE,
                            new ActionName(program.purpose()),
                            image.get(),
                            program.arguments(),
                            program.environment(),
                            program.database()));
            return await(name, program.limit());
        } catch (IOException e) {
            throw new ExecutorUnavailableException(
                    "the helper program %s could not be given a workspace, or its words not be read"
                            .formatted(program.purpose()),
                    e);
        } finally {
            executor.remove(name);
        }
    }

    private HelperEnd await(JobId name, Duration limit) throws IOException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (System.nanoTime() - deadline < 0) {
            switch (executor.inspect(name)) {
                case Execution.Ended(var exit, _) -> {
                    return new HelperEnd.Ended(exit.code(), lastLine(name));
                }
                case Execution.Running _ -> rest();
                case Execution.Absent _ ->
                        throw new ExecutorUnavailableException(
                                "the container of a helper program vanished", null);
            }
        }
        return new HelperEnd.TookTooLong();
    }

    private static void rest() {
        try {
            boolean _ = new CountDownLatch(1).await(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ExecutorUnavailableException(
                    "interrupted while waiting for a helper program", e);
        }
    }

    private String lastLine(JobId name) throws IOException {
        var said = new ByteArrayOutputStream();
        executor.copyLastOutput(name, said);
        return said.toString(UTF_8)
                .lines()
                .map(DockerHelpers::withoutTimestamp)
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .reduce("", (_, later) -> later);
    }

    private static String withoutTimestamp(String line) {
        return line.substring(line.indexOf(' ') + 1);
    }

    @Override
    public void close() {
        executor.close();
    }
}

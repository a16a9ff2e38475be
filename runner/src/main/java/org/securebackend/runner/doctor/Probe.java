package org.securebackend.runner.doctor;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.securebackend.runner.executor.Execution;
import org.securebackend.runner.executor.Executor;
import org.securebackend.runner.executor.ExecutorUnavailableException;
import org.securebackend.runner.executor.ProgramSpec;
import org.securebackend.runner.executor.ProgramSpec.DatabaseAddress;
import org.securebackend.runner.executor.WorkspaceWriter.FileKind;
import org.securebackend.runner.job.ImageDigest;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.RequestId;
import org.securebackend.runner.job.WorkspaceName;
import org.securebackend.runner.pipeline.ActionName;

/**
 * Runs a shell script in a container that is made exactly as those of jobs, and hears what it says.
 */
public final class Probe {
    /** The file that a script finds in its workspace, and what is in it. */
    static final String FILE = "probe.txt";

    static final String CONTENT = "from the runner";

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final long LOOK_AGAIN_MILLIS = 100;

    private final Executor executor;
    private final ImageDigest image;
    private final String mark;

    /**
     * @param executor set up as that of jobs, but for its mark: the daemon must not see its
     *     programs
     * @param image has {@code sh} and the usual small tools
     * @param mark of this runner, so that several can look around on one engine
     */
    public Probe(Executor executor, ImageDigest image, String mark) {
        this.executor = executor;
        this.image = image;
        this.mark = mark;
    }

    /**
     * What a probe said and what the engine says of it.
     *
     * @param answers the lines {@code name=value} that it printed
     * @param description facts about its container, JSON
     */
    record Said(Map<String, String> answers, String description) {
        String answer(String name) {
            return answers.getOrDefault(name, "");
        }
    }

    Said run(String purpose, String script, Optional<DatabaseAddress> database)
            throws IOException, InterruptedException {
        JobId name = JobId.of(new RequestId("doctor"), purpose + "\n" + mark);
        executor.remove(name);
        try {
            try (var writer = executor.workspace(name).rewrite();
                    var content =
                            Channels.newChannel(
                                    new ByteArrayInputStream(CONTENT.getBytes(UTF_8)))) {
                writer.file(FILE, content, FileKind.PLAIN);
            }
            executor.start(
                    new ProgramSpec(
                            name,
                            new WorkspaceName("runner-doctor"),
                            new ActionName(purpose),
                            image,
                            List.of("sh", "-c", script),
                            Map.of(),
                            database));
            awaitEnd(name);
            var log = new ByteArrayOutputStream();
            executor.copyLog(name, log);
            return new Said(answers(log.toString(UTF_8)), executor.describe(name).orElse("{}"));
        } finally {
            executor.remove(name);
        }
    }

    private void awaitEnd(JobId name) throws InterruptedException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!(executor.inspect(name) instanceof Execution.Ended)) {
            if (System.nanoTime() - deadline > 0) {
                throw new ExecutorUnavailableException(
                        "a probe did not end within %d s".formatted(LIMIT.toSeconds()), null);
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
        }
    }

    private static Map<String, String> answers(String log) {
        var answers = new LinkedHashMap<String, String>();
        for (String line : log.lines().toList()) {
            String said = line.substring(line.indexOf(' ') + 1);
            int sign = said.indexOf('=');
            if (sign > 0) {
                answers.put(said.substring(0, sign), said.substring(sign + 1).strip());
            }
        }
        return answers;
    }
}

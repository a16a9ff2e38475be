package org.securebackend.runner.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.securebackend.runner.executor.Execution;
import org.securebackend.runner.executor.Executor;
import org.securebackend.runner.executor.ExecutorException;
import org.securebackend.runner.executor.ExecutorUnavailableException;
import org.securebackend.runner.executor.ProgramSpec;
import org.securebackend.runner.job.ImageDigest;
import org.securebackend.runner.job.ImageName;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.RequestId;
import org.securebackend.runner.job.WorkspaceName;
import org.securebackend.runner.pipeline.ActionName;

/** An engine that is absent, hung, full or in trouble. */
@Timeout(30)
class EngineTroubleTest {
    private static final Duration SOON = Duration.ofMillis(300);
    private static final JobId JOB = JobId.of(new RequestId("trouble"), "action");
    private static final ImageName IMAGE = new ImageName("local.test/standin/python:v2");

    @TempDir private Path folder;

    private Path socket() {
        return folder.resolve("engine.sock");
    }

    private DockerExecutor executor(URI engine) {
        return new DockerExecutor(
                new DockerSettings(
                        engine,
                        SOON,
                        WorkspacePlace.at(folder.resolve("volumes")),
                        ContainerUser.ofThisProcess(),
                        ProgramLimits.DEFAULT,
                        Optional.of(DatabaseNetwork.named("jobrunner-db")),
                        PullPolicy.MISSING,
                        "engine-trouble-test"));
    }

    private static ProgramSpec program(Optional<ProgramSpec.DatabaseAddress> database) {
        return new ProgramSpec(
                JOB,
                new WorkspaceName("w"),
                new ActionName("a"),
                new ImageDigest("sha256:" + "0".repeat(64)),
                List.of(),
                Map.of(),
                database);
    }

    private static List<ThrowingCallable> everyCall(Executor executor) {
        return List.of(
                () -> executor.findImage(IMAGE),
                () -> executor.start(program(Optional.empty())),
                () -> executor.inspect(JOB),
                executor::survey,
                () -> executor.stop(JOB, Duration.ofSeconds(1)),
                () -> executor.copyLog(JOB, OutputStream.nullOutputStream()),
                () -> executor.describe(JOB),
                () -> executor.remove(JOB));
    }

    @Test
    void hungEngineEndsEveryCallInTime() throws Exception {
        try (var engine = FakeEngine.hung(socket());
                var executor = executor(engine.address())) {
            executor.workspace(JOB).rewrite().close();
            for (ThrowingCallable call : everyCall(executor)) {
                long before = System.nanoTime();
                assertThatThrownBy(call)
                        .isInstanceOf(ExecutorUnavailableException.class)
                        .hasMessageContaining("did not answer within");
                assertThat(Duration.ofNanos(System.nanoTime() - before))
                        .isLessThan(Duration.ofSeconds(3));
            }
        }
    }

    @Test
    void absentEngineIsUnavailable() throws Exception {
        try (var executor = executor(URI.create("unix://" + socket()))) {
            executor.workspace(JOB).rewrite().close();
            for (ThrowingCallable call : everyCall(executor)) {
                assertThatThrownBy(call)
                        .isInstanceOf(ExecutorUnavailableException.class)
                        .hasMessageContaining("cannot be reached");
            }
        }
    }

    @Test
    void interruptedCallerGoesOn() throws Exception {
        try (var engine = FakeEngine.hung(socket());
                var executor = patient(engine.address())) {
            var failures = new LinkedBlockingQueue<Throwable>();
            Thread caller =
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    executor.inspect(JOB);
                                } catch (RuntimeException e) {
                                    failures.add(e);
                                }
                            });
            caller.interrupt();
            caller.join();
            assertThat(failures.take())
                    .isInstanceOf(ExecutorUnavailableException.class)
                    .hasMessageContaining("interrupted");
        }
    }

    private DockerExecutor patient(URI engine) {
        return new DockerExecutor(
                new DockerSettings(
                        engine,
                        Duration.ofMinutes(5),
                        WorkspacePlace.at(folder),
                        ContainerUser.ofThisProcess(),
                        ProgramLimits.DEFAULT,
                        Optional.empty(),
                        PullPolicy.NEVER,
                        "engine-trouble-test"));
    }

    @Test
    void fullDiskMayPass() throws Exception {
        String answer = FakeEngine.json(500, "{\"message\":\"write /x: no space left on device\"}");
        try (var engine = FakeEngine.answering(socket(), _ -> answer);
                var executor = executor(engine.address())) {
            assertThatThrownBy(() -> executor.findImage(IMAGE))
                    .isInstanceOf(ExecutorUnavailableException.class)
                    .hasMessageContaining("disk is full");
            assertThatThrownBy(() -> executor.inspect(JOB))
                    .isInstanceOf(ExecutorUnavailableException.class)
                    .hasMessageContaining("disk is full");
        }
    }

    @Test
    void refusalDoesNotPass() throws Exception {
        String answer = FakeEngine.json(500, "{\"message\":\"bad thing\"}");
        try (var engine = FakeEngine.answering(socket(), _ -> answer);
                var executor = executor(engine.address())) {
            assertThatThrownBy(() -> executor.inspect(JOB))
                    .isExactlyInstanceOf(ExecutorException.class)
                    .hasMessageContaining("bad thing");
        }
    }

    @Test
    void gatewaysPageIsNoAnswer() throws Exception {
        String page = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>";
        try (var engine = FakeEngine.answering(socket(), _ -> page);
                var executor = executor(engine.address())) {
            assertThatThrownBy(() -> executor.inspect(JOB))
                    .isInstanceOf(ExecutorUnavailableException.class);
        }
    }

    @Test
    void logThatStopsComingEndsInTime() throws Exception {
        try (var engine =
                        FakeEngine.answering(
                                socket(),
                                request ->
                                        request.contains("/logs")
                                                ? "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nx"
                                                : FakeEngine.json(200, OURS));
                var executor = executor(engine.address())) {
            assertThatThrownBy(() -> executor.copyLog(JOB, OutputStream.nullOutputStream()))
                    .isInstanceOf(ExecutorUnavailableException.class);
        }
    }

    private static final String OURS =
            "{\"Id\":\"0\",\"Config\":{\"Labels\":{\"runner-instance\":\"engine-trouble-test\"}}}";

    @Test
    void othersContainersAreLeftAlone() throws Exception {
        var requests = new ArrayList<String>();
        try (var engine =
                        FakeEngine.answering(
                                socket(),
                                request -> {
                                    requests.add(request);
                                    if (request.contains("/containers/create")) {
                                        return FakeEngine.json(
                                                409, "{\"message\":\"the name is taken\"}");
                                    }
                                    return FakeEngine.json(
                                            200,
                                            OURS.replace("engine-trouble-test", "another")
                                                    .replace("}}}", "}},\"State\":{}}"));
                                });
                var executor = executor(engine.address())) {
            executor.workspace(JOB).rewrite().close();
            assertThat(executor.inspect(JOB)).isEqualTo(new Execution.Absent());
            executor.stop(JOB, Duration.ZERO);
            assertThatThrownBy(() -> executor.start(program(Optional.empty())))
                    .isInstanceOf(ExecutorException.class)
                    .hasMessageContaining("somebody else");
            executor.remove(JOB);
            assertThat(requests)
                    .filteredOn(
                            request -> request.startsWith("POST ") || request.startsWith("DELETE "))
                    .allMatch(request -> request.contains("/containers/create"));
        }
    }

    @Test
    void watcherHearsWhenTheEngineGoesAndComes() throws Exception {
        var heard = new LinkedBlockingQueue<String>();
        try (var executor = executor(URI.create("unix://" + socket()))) {
            AutoCloseable watch = executor.watch(listener(heard));
            assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo("lost");

            String events = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
            try (var engine = FakeEngine.answering(socket(), _ -> events)) {
                assertThat(engine.address()).hasScheme("unix");
                assertThat(nextBut("lost", heard)).isEqualTo("connected");
            }
            assertThat(nextBut("connected", heard)).isEqualTo("lost");
            assertThatCode(watch::close).doesNotThrowAnyException();
        }
    }

    private static String nextBut(String other, BlockingQueue<String> heard)
            throws InterruptedException {
        while (true) {
            String next = String.valueOf(heard.poll(20, TimeUnit.SECONDS));
            if (!next.equals(other)) {
                return next;
            }
        }
    }

    private static Executor.Listener listener(BlockingQueue<String> heard) {
        return new Executor.Listener() {
            @Override
            public void ended(JobId job, Execution.Ended end) {
                heard.add("ended");
            }

            @Override
            public void lost() {
                heard.add("lost");
            }

            @Override
            public void connected() {
                heard.add("connected");
            }
        };
    }

    @Test
    void databaseNetworkThatIsAbsentIsNamed() throws Exception {
        try (var engine =
                        FakeEngine.answering(
                                socket(), _ -> FakeEngine.json(404, "{\"message\":\"none\"}"));
                var executor = executor(engine.address())) {
            executor.workspace(JOB).rewrite().close();
            ProgramSpec program = program(Optional.of(new ProgramSpec.DatabaseAddress("db.test")));
            assertThatThrownBy(() -> executor.start(program))
                    .isExactlyInstanceOf(ExecutorException.class)
                    .hasMessageContaining("'jobrunner-db' does not exist");
        }
    }

    @Test
    void removingWhatNeverWasIsFine() throws IOException {
        try (var engine =
                        FakeEngine.answering(
                                socket(), _ -> FakeEngine.json(404, "{\"message\":\"none\"}"));
                var executor = executor(engine.address())) {
            assertThatCode(() -> executor.remove(JOB)).doesNotThrowAnyException();
        }
    }
}

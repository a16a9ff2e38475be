package org.securebackend.runner.docker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.securebackend.runner.executor.Execution;
import org.securebackend.runner.executor.Executor;
import org.securebackend.runner.executor.ExecutorException;
import org.securebackend.runner.executor.ProgramSpec;
import org.securebackend.runner.job.ImageDigest;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.RequestId;
import org.securebackend.runner.job.WorkspaceName;
import org.securebackend.runner.pipeline.ActionName;

/** What else is on the engine: a database network, other runners, attempts that were cut off. */
@Tag("docker")
@Timeout(60)
class DockerNeighboursTest {
    private static final String NETWORK = "runner-neighbours-test";
    private static final JobId JOB = JobId.of(new RequestId("neighbours"), "action");

    @TempDir private Path volumes;
    private DockerExecutor executor = new DockerExecutor(settings(Path.of("/nowhere"), "unset"));
    private final DockerClient client = client();
    private String network = "";

    @BeforeEach
    void connect() {
        executor = new DockerExecutor(settings(volumes, "neighbours-test"));
        network = client.createNetworkCmd().withName(NETWORK).withInternal(true).exec().getId();
    }

    @AfterEach
    void cleanUp() throws Exception {
        executor.remove(JOB);
        client.removeNetworkCmd(network).exec();
        executor.close();
        client.close();
    }

    private static DockerClient client() {
        return DockerClientImpl.getInstance(
                DefaultDockerClientConfig.createDefaultConfigBuilder()
                        .withDockerHost(DockerExecutorTest.engine().toString())
                        .build(),
                new ZerodepDockerHttpClient.Builder()
                        .dockerHost(DockerExecutorTest.engine())
                        .build());
    }

    private static DockerSettings settings(Path volumes, String instance) {
        return new DockerSettings(
                DockerExecutorTest.engine(),
                Duration.ofSeconds(60),
                WorkspacePlace.at(volumes),
                ContainerUser.ofThisProcess(),
                new ProgramLimits(1, 64L << 20, 50, ProgramLimits.LogLimits.DEFAULT),
                Optional.of(
                        new DatabaseNetwork(
                                NETWORK,
                                DatabaseNetwork.DEAD_NAME_SERVER,
                                Map.of("db.test", "192.0.2.7"))),
                PullPolicy.NEVER,
                instance);
    }

    private ImageDigest image() {
        return executor.findImage(StandInImages.python()).orElseThrow();
    }

    private ProgramSpec program(String commands, String databaseHost) {
        return new ProgramSpec(
                JOB,
                new WorkspaceName("flucats"),
                new ActionName("test_action"),
                image(),
                List.of("sh", "-c", commands),
                Map.of(),
                databaseHost.isEmpty()
                        ? Optional.empty()
                        : Optional.of(new ProgramSpec.DatabaseAddress(databaseHost)));
    }

    private String said(ProgramSpec program) throws Exception {
        var ended = new CountDownLatch(1);
        try (AutoCloseable unused = executor.watch(onEnd(ended))) {
            assertThat(unused).isNotNull();
            executor.workspace(JOB).rewrite().close();
            executor.start(program);
            assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
        }
        var log = new ByteArrayOutputStream();
        executor.copyLog(JOB, log);
        return log.toString(UTF_8);
    }

    private static Executor.Listener onEnd(CountDownLatch ended) {
        return new Executor.Listener() {
            @Override
            public void ended(JobId job, Execution.Ended end) {
                ended.countDown();
            }

            @Override
            public void lost() {}

            @Override
            public void connected() {}
        };
    }

    @Test
    void databaseIsReachedByItsNameAndNothingElseHasOne() throws Exception {
        String said =
                said(
                        program(
                                "grep db.test /etc/hosts; grep -c . /proc/net/route;"
                                        + " nslookup other.test 127.0.0.11 >/dev/null || echo no",
                                "db.test"));

        assertThat(said).containsPattern("192.0.2.7\\s+db.test").contains(" no\n");
        assertThat(client.inspectContainerCmd("os-job-" + JOB).exec().getHostConfig().getDns())
                .containsExactly("192.0.2.0");
    }

    @Test
    void addressNeedsNoName() throws Exception {
        said(program("true", "192.0.2.9"));

        assertThat(
                        client.inspectContainerCmd("os-job-" + JOB)
                                .exec()
                                .getHostConfig()
                                .getExtraHosts())
                .isNull();
    }

    @Test
    void containerThatWasMadeButNeverStartedIsMadeAnew() throws Exception {
        executor.workspace(JOB).rewrite().close();
        String stale =
                client.createContainerCmd(image().value())
                        .withName("os-job-" + JOB)
                        .withLabels(Map.of("job-runner", "", "runner-instance", "neighbours-test"))
                        .withCmd("false")
                        .exec()
                        .getId();
        assertThat(executor.inspect(JOB)).isEqualTo(new Execution.Absent());

        executor.start(program("sleep 60", ""));

        assertThat(executor.inspect(JOB)).isInstanceOf(Execution.Running.class);
        assertThat(client.inspectContainerCmd("os-job-" + JOB).exec().getId()).isNotEqualTo(stale);
    }

    @Test
    void anotherRunnerDoesNotSeeIt() throws Exception {
        executor.workspace(JOB).rewrite().close();
        executor.start(program("echo private; sleep 60", ""));

        try (var other = new DockerExecutor(settings(volumes.resolve("other"), "another"))) {
            assertThat(other.survey()).isEmpty();
            assertThat(other.inspect(JOB)).isEqualTo(new Execution.Absent());
            other.stop(JOB, Duration.ZERO);
            other.remove(JOB);
            var log = new ByteArrayOutputStream();
            other.copyLog(JOB, log);
            other.followLog(JOB, log);
            assertThat(log.size()).isZero();
            assertThat(other.describe(JOB)).isEmpty();
            other.workspace(JOB).rewrite().close();
            assertThatThrownBy(() -> other.start(program("true", "")))
                    .isInstanceOf(ExecutorException.class)
                    .hasMessageContaining("belongs to somebody else");
        }
        assertThat(executor.inspect(JOB)).isInstanceOf(Execution.Running.class);
    }

    @Test
    void programThatIgnoresItsStopIsKilled() throws Exception {
        executor.workspace(JOB).rewrite().close();
        executor.start(program("trap '' TERM; while true; do sleep 0.1; done", ""));

        executor.stop(JOB, Duration.ofSeconds(1));

        assertThat(executor.inspect(JOB))
                .isInstanceOfSatisfying(
                        Execution.Ended.class, end -> assertThat(end.exit().code()).isEqualTo(137));
    }
}

package org.securebackend.runner.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.securebackend.runner.executor.HelperEnd;
import org.securebackend.runner.executor.HelperProgram;
import org.securebackend.runner.executor.ProgramSpec.DatabaseAddress;
import org.securebackend.runner.job.ImageName;

@Tag("docker")
@Timeout(60)
class DockerHelpersTest {
    private static final String NETWORK = "runner-helpers-test";
    private static final String INSTANCE = "helpers-test";

    @TempDir private Path volumes;
    private final DockerClient client =
            DockerClientImpl.getInstance(
                    DefaultDockerClientConfig.createDefaultConfigBuilder()
                            .withDockerHost(DockerExecutorTest.engine().toString())
                            .build(),
                    new ZerodepDockerHttpClient.Builder()
                            .dockerHost(DockerExecutorTest.engine())
                            .build());
    private String network = "";

    @BeforeEach
    void connect() {
        network = client.createNetworkCmd().withName(NETWORK).withInternal(true).exec().getId();
    }

    @AfterEach
    void cleanUp() throws Exception {
        client.removeNetworkCmd(network).exec();
        client.close();
    }

    private DockerSettings settings() {
        return new DockerSettings(
                DockerExecutorTest.engine(),
                Duration.ofSeconds(60),
                WorkspacePlace.at(volumes),
                ContainerUser.ofThisProcess(),
                new ProgramLimits(1, 64L << 20, 50, ProgramLimits.LogLimits.DEFAULT),
                Optional.of(DatabaseNetwork.named(NETWORK)),
                PullPolicy.NEVER,
                INSTANCE);
    }

    private static HelperProgram program(String commands, Duration limit) {
        return new HelperProgram(
                "maintenance",
                StandInImages.python(),
                List.of("sh", "-c", commands),
                Map.of("DATABASE_URL", "secret-of-the-database"),
                Optional.of(new DatabaseAddress("192.0.2.7")),
                limit);
    }

    private HelperEnd run(String commands) {
        try (var helpers = new DockerHelpers(settings())) {
            return helpers.run(program(commands, Duration.ofSeconds(30)));
        }
    }

    private List<Container> containers() {
        return client.listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(Map.of("runner-instance", INSTANCE + ".helper"))
                .exec();
    }

    @Test
    void lastLineOfStandardOutputCountsAndNothingIsLeft() {
        assertThat(run("echo first; echo db-maintenance; echo; echo worse >&2"))
                .isEqualTo(new HelperEnd.Ended(0, "db-maintenance"));
        assertThat(run("echo x >&2; exit 3")).isEqualTo(new HelperEnd.Ended(3, ""));
        assertThat(run("yes 0123456789 | head -c 300000; echo; echo last"))
                .isEqualTo(new HelperEnd.Ended(0, "last"));
        assertThat(containers()).isEmpty();
        assertThat(volumes).isEmptyDirectory();
    }

    @Test
    void helperIsInTheDatabaseNetworkWithTheRightsOfAJob() {
        assertThat(
                        run(
                                "echo $(id -u) $(grep -c CapEff:.0000000000000000 /proc/self/status)"
                                        + " $(ls /sys/class/net | grep -c eth) \"$DATABASE_URL\""))
                .isEqualTo(
                        new HelperEnd.Ended(
                                0,
                                ContainerUser.ofThisProcess().uid()
                                        + " 1 1 secret-of-the-database"));
    }

    @Test
    void helperThatDoesNotEndIsKilled() {
        try (var helpers = new DockerHelpers(settings())) {
            assertThat(helpers.run(program("sleep 600", Duration.ofMillis(300))))
                    .isEqualTo(new HelperEnd.TookTooLong());
        }
        assertThat(containers()).isEmpty();
    }

    @Test
    void leftoverOfACrashIsReplaced() {
        String first = "";
        try (var helpers = new DockerHelpers(settings())) {
            Thread cut =
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    helpers.run(program("sleep 600", Duration.ofMinutes(10)));
                                } catch (RuntimeException e) {
                                    // As when the daemon ends: its thread is interrupted.
                                    return;
                                }
                            });
            while (containers().isEmpty()) {
                Thread.onSpinWait();
            }
            first = containers().getFirst().getId();
            cut.interrupt();
            join(cut);
        }
        assertThat(containers()).extracting(Container::getId).containsExactly(first);
        assertThat(run("echo anew")).isEqualTo(new HelperEnd.Ended(0, "anew"));
        assertThat(containers()).isEmpty();
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void missingImageIsSaid() {
        try (var helpers = new DockerHelpers(settings())) {
            assertThat(
                            helpers.run(
                                    new HelperProgram(
                                            "maintenance",
                                            new ImageName("local.test/none:v1"),
                                            List.of(),
                                            Map.of(),
                                            Optional.empty(),
                                            Duration.ofSeconds(5))))
                    .isEqualTo(new HelperEnd.ImageMissing());
        }
    }

    @Test
    void executorOfJobsDoesNotSeeHelpers() throws Exception {
        try (var jobs = new DockerExecutor(settings());
                var older = new OlderContainers(settings())) {
            String id =
                    client.createContainerCmd(StandInImages.python().value())
                            .withName("os-job-aaaaaaaaaaaaaaaa")
                            .withLabels(
                                    Map.of(
                                            "job-runner",
                                            "",
                                            "runner-instance",
                                            INSTANCE + ".helper"))
                            .exec()
                            .getId();
            String v2 =
                    client.createContainerCmd(StandInImages.python().value())
                            .withName("os-job-bbbbbbbbbbbbbbbb")
                            .withLabels(Map.of("job-runner", "", "jobrunner-local", ""))
                            .withHostConfig(HostConfig.newHostConfig().withNetworkMode("none"))
                            .withCmd("sleep", "600")
                            .exec()
                            .getId();
            try {
                client.startContainerCmd(v2).exec();
                assertThat(jobs.survey()).isEmpty();
                assertThat(older.left())
                        .containsEntry(
                                new org.securebackend.runner.job.JobId("bbbbbbbbbbbbbbbb"),
                                OlderContainers.State.RUNNING)
                        .doesNotContainKey(
                                new org.securebackend.runner.job.JobId("aaaaaaaaaaaaaaaa"));
            } finally {
                client.removeContainerCmd(id).withForce(true).exec();
                client.removeContainerCmd(v2).withForce(true).exec();
            }
        }
    }
}

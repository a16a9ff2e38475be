package org.securebackend.runner.bench;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.WaitContainerResultCallback;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.RestartPolicy;
import com.github.dockerjava.api.model.Ulimit;
import com.github.dockerjava.api.model.Volume;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.securebackend.runner.docker.StandInImages;

/** What the engine itself takes for containers like those of jobs, asked for by plain calls. */
final class ContainerFloor implements AutoCloseable {
    private final DockerClient client;
    private final Path workspace;

    ContainerFloor() throws IOException {
        StandInImages.python();
        var config = DefaultDockerClientConfig.createDefaultConfigBuilder().build();
        client =
                DockerClientImpl.getInstance(
                        config,
                        new ZerodepDockerHttpClient.Builder()
                                .dockerHost(config.getDockerHost())
                                .maxConnections(64)
                                .build());
        workspace = Files.createTempDirectory("floor-");
        Files.setPosixFilePermissions(workspace, PosixFilePermissions.fromString("rwxrwxrwx"));
    }

    /** Seconds for one container from create to removal. */
    double one(String script) {
        long start = System.nanoTime();
        String id =
                client.createContainerCmd(StandInImages.PREFIX + "/python:v2")
                        .withCmd("sh", "-c", script)
                        .withUser("10000:10000")
                        .withHostConfig(surroundings())
                        .exec()
                        .getId();
        client.startContainerCmd(id).exec();
        client.waitContainerCmd(id).exec(new WaitContainerResultCallback()).awaitStatusCode();
        client.removeContainerCmd(id).withForce(true).exec();
        return (System.nanoTime() - start) / 1e9;
    }

    private HostConfig surroundings() {
        return HostConfig.newHostConfig()
                .withInit(true)
                .withNanoCPUs(2_000_000_000L)
                .withMemory(4L << 30)
                .withMemorySwap(4L << 30)
                .withPidsLimit(4096L)
                .withCapDrop(Capability.ALL)
                .withSecurityOpts(List.of("no-new-privileges"))
                .withUlimits(List.of(new Ulimit("core", 0L, 0L)))
                .withRestartPolicy(RestartPolicy.noRestart())
                .withNetworkMode("none")
                .withLogConfig(
                        new LogConfig(
                                LogConfig.LoggingType.JSON_FILE,
                                Map.of("max-size", "20971520", "max-file", "5")))
                .withBinds(new Bind(workspace.toString(), new Volume("/workspace")));
    }

    /** Containers per second, {@code parallel} at a time. */
    double perSecond(int containers, int parallel, String script)
            throws InterruptedException, ExecutionException {
        long start = System.nanoTime();
        try (var threads = Executors.newFixedThreadPool(parallel)) {
            var all = new ArrayList<Future<Double>>();
            for (int i = 0; i < containers; i++) {
                all.add(threads.submit(() -> one(script)));
            }
            for (Future<Double> each : all) {
                each.get();
            }
        }
        return containers / ((System.nanoTime() - start) / 1e9);
    }

    /** The image's id; makes the first call, so that later ones find everything warm. */
    String warmUp() {
        one("true");
        return client.inspectImageCmd(StandInImages.PREFIX + "/python:v2").exec().getId();
    }

    /** Tells of every container that ends, by its name, at the moment when the engine says so. */
    AutoCloseable ends(java.util.function.Consumer<String> listener) {
        return client.eventsCmd()
                .withEventFilter("die")
                .exec(
                        new ResultCallback.Adapter<com.github.dockerjava.api.model.Event>() {
                            @Override
                            public void onNext(com.github.dockerjava.api.model.Event event) {
                                var actor = event.getActor();
                                if (actor != null && actor.getAttributes() != null) {
                                    String name = actor.getAttributes().get("name");
                                    listener.accept(name == null ? "" : name);
                                }
                            }
                        });
    }

    @Override
    public void close() throws IOException {
        client.close();
        Files.walk(workspace)
                .sorted(java.util.Comparator.reverseOrder())
                .forEach(path -> path.toFile().delete());
    }
}

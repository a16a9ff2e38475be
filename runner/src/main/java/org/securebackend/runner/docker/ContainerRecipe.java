package org.securebackend.runner.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.RestartPolicy;
import com.github.dockerjava.api.model.Ulimit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.securebackend.runner.executor.ProgramSpec;

/** How a program's container is made, and what is taken away from it. */
final class ContainerRecipe {
    private static final String HOME = "/tmp";
    private static final String STOP_SIGNAL = "SIGTERM";

    private final DockerSettings settings;
    private final Labels labels;
    private final Networks networks;

    ContainerRecipe(DockerSettings settings, Labels labels, Networks networks) {
        this.settings = settings;
        this.labels = labels;
        this.networks = networks;
    }

    /** The surroundings of a program; asks the engine for its network. */
    HostConfig surroundings(ProgramSpec program, Mount workspace) {
        ProgramLimits limits = settings.limits();
        HostConfig host =
                HostConfig.newHostConfig()
                        .withInit(true)
                        .withNanoCPUs(limits.nanoCpus())
                        .withMemory(limits.memoryBytes())
                        .withMemorySwap(limits.memoryBytes())
                        .withPidsLimit(limits.processes())
                        .withCapDrop(Capability.ALL)
                        .withSecurityOpts(List.of("no-new-privileges"))
                        .withPrivileged(false)
                        // A memory dump would leave rows of patients on the host.
                        .withUlimits(List.of(new Ulimit("core", 0L, 0L)))
                        .withRestartPolicy(RestartPolicy.noRestart())
                        .withLogConfig(log(limits.log()))
                        .withMounts(List.of(workspace));
        networks.connect(host, program.database());
        return host;
    }

    CreateContainerCmd command(DockerClient client, ProgramSpec program, HostConfig host) {
        CreateContainerCmd command =
                client.createContainerCmd(program.image().value())
                        .withName(Labels.containerName(program.job()))
                        .withLabels(labels.of(program))
                        .withUser(settings.user().toString())
                        .withEnv(environment(program))
                        .withStopSignal(STOP_SIGNAL)
                        .withHostConfig(host);
        return program.arguments().isEmpty() ? command : command.withCmd(program.arguments());
    }

    /** The engine's compact format loses the ends of long lines, so not that one. */
    private static LogConfig log(ProgramLimits.LogLimits limits) {
        return new LogConfig(
                LogConfig.LoggingType.JSON_FILE,
                Map.of(
                        "max-size", Long.toString(limits.fileBytes()),
                        "max-file", Integer.toString(limits.files()),
                        "compress", "true"));
    }

    private static List<String> environment(ProgramSpec program) {
        var variables = new LinkedHashMap<String, String>();
        variables.put("HOME", HOME);
        variables.putAll(program.environment());
        var lines = new ArrayList<String>();
        variables.forEach((name, value) -> lines.add(name + "=" + value));
        return lines;
    }
}

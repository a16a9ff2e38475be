package org.securebackend.runner.outputs;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.securebackend.runner.docker.ContainerUser;
import org.securebackend.runner.docker.DockerExecutor;
import org.securebackend.runner.docker.DockerSettings;
import org.securebackend.runner.docker.ProgramLimits;
import org.securebackend.runner.docker.PullPolicy;
import org.securebackend.runner.docker.WorkspacePlace;
import org.securebackend.runner.executor.JobWorkspace;
import org.securebackend.runner.job.JobId;

/** Workspaces in directories as containers get them; no engine is asked. */
record BindWorkspaces(DockerExecutor executor) {
    static BindWorkspaces at(Path folder) {
        return new BindWorkspaces(
                new DockerExecutor(
                        new DockerSettings(
                                DockerSettings.DEFAULT_ENGINE,
                                Duration.ofSeconds(1),
                                WorkspacePlace.at(folder),
                                ContainerUser.ofThisProcess(),
                                ProgramLimits.DEFAULT,
                                Optional.empty(),
                                PullPolicy.NEVER,
                                "outputs-test")));
    }

    JobWorkspace of(JobId job) {
        return executor.workspace(job);
    }
}

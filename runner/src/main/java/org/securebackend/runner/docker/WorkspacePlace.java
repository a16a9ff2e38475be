package org.securebackend.runner.docker;

import java.nio.file.Path;
import org.securebackend.runner.job.JobId;

/**
 * Where workspaces lie: each in a directory named by its job.
 *
 * @param directory as this program sees it
 * @param onHost the same directory as the engine sees it, which differs if this program itself runs
 *     in a container
 */
public record WorkspacePlace(Path directory, Path onHost) {

    public WorkspacePlace {
        if (!directory.isAbsolute() || !onHost.isAbsolute()) {
            throw new IllegalArgumentException(
                    "directories of workspaces must be absolute: %s, %s"
                            .formatted(directory, onHost));
        }
    }

    /** A directory that the engine sees under the same name. */
    public static WorkspacePlace at(Path directory) {
        return new WorkspacePlace(directory, directory);
    }

    Path of(JobId job) {
        return directory.resolve(job.value());
    }

    Path onHost(JobId job) {
        return onHost.resolve(job.value());
    }
}

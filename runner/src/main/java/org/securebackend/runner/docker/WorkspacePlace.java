package org.securebackend.runner.docker;

import java.nio.file.Path;
import org.securebackend.runner.job.JobId;

/**
 * Where workspaces lie: each in a directory, or a volume of the engine, named by its job.
 *
 * @param kind of workspaces that are made from now on; those that are there stay as they are
 * @param directory as this program sees it
 * @param onHost the same directory as the engine sees it, which differs if this program itself runs
 *     in a container
 * @param volumeBytes what a volume may hold when it is read, holes in files included
 */
public record WorkspacePlace(WorkspaceKind kind, Path directory, Path onHost, long volumeBytes) {
    private static final long USUAL_VOLUME_BYTES = 1L << 40;

    public WorkspacePlace {
        if (!directory.isAbsolute() || !onHost.isAbsolute()) {
            throw new IllegalArgumentException(
                    "directories of workspaces must be absolute: %s, %s"
                            .formatted(directory, onHost));
        }
    }

    /** Directories below one that the engine sees under the same name. */
    public static WorkspacePlace at(Path directory) {
        return new WorkspacePlace(WorkspaceKind.BIND, directory, directory, USUAL_VOLUME_BYTES);
    }

    /** Volumes; workspaces of before may lie below the directory. */
    public static WorkspacePlace inVolumes(Path directory) {
        return new WorkspacePlace(WorkspaceKind.VOLUME, directory, directory, USUAL_VOLUME_BYTES);
    }

    Path of(JobId job) {
        return directory.resolve(job.value());
    }

    Path onHost(JobId job) {
        return onHost.resolve(job.value());
    }
}

package org.securebackend.runner.scheduler;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.securebackend.runner.job.WorkspaceName;

/**
 * Workspaces that operators have packed away: absent in high storage, and an archive of that name
 * is there (executor-and-outputs.md, section 4).
 *
 * @param workspaces the directory of workspaces in high storage
 * @param archives the directory of archives, which may be absent
 */
public record ArchivedWorkspaces(Path workspaces, Path archives) {
    private static final List<String> SUFFIXES = List.of(".tar.gz", ".tar.zstd", ".tar.xz");

    /** The name of the workspace's archive, if it is archived. */
    Optional<String> archiveOf(WorkspaceName workspace) {
        if (Files.exists(workspaces.resolve(workspace.value()), LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        return SUFFIXES.stream()
                .map(suffix -> workspace.value() + suffix)
                .filter(name -> Files.isRegularFile(archives.resolve(name)))
                .findFirst();
    }
}

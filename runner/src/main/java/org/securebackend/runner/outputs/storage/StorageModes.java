package org.securebackend.runner.outputs.storage;

import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/**
 * How new files and folders look, whatever the process's umask or a job's own modes say. There is
 * no room in it for set-uid and its like.
 *
 * @param group their group; empty: the process's own
 */
public record StorageModes(
        Set<PosixFilePermission> files,
        Set<PosixFilePermission> folders,
        Optional<GroupPrincipal> group) {

    public StorageModes {
        files = Set.copyOf(files);
        folders = Set.copyOf(folders);
    }

    /** Files 0640, folders 0750, the process's own group. */
    public static StorageModes standard() {
        return new StorageModes(
                PosixFilePermissions.fromString("rw-r-----"),
                PosixFilePermissions.fromString("rwxr-x---"),
                Optional.empty());
    }
}

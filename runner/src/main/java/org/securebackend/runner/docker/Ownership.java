package org.securebackend.runner.docker;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** Gives files that the runner made to the container's user; nothing to do if that is the same. */
final class Ownership {
    private final ContainerUser user;
    private final boolean needed;

    Ownership(ContainerUser user) {
        this.user = user;
        this.needed = user.differsFromThisProcess();
    }

    /** Never follows a link. */
    void give(Path path) throws IOException {
        if (!needed) {
            return;
        }
        try {
            Files.setAttribute(path, "unix:uid", user.uid(), LinkOption.NOFOLLOW_LINKS);
            Files.setAttribute(path, "unix:gid", user.gid(), LinkOption.NOFOLLOW_LINKS);
        } catch (FileSystemException e) {
            var refusal =
                    new FileSystemException(
                            path.toString(),
                            null,
                            "it cannot be given to user %s: the runner must be that user or root"
                                    .formatted(user));
            refusal.initCause(e);
            throw refusal;
        }
    }
}

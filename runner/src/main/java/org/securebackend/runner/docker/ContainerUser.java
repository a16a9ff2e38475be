package org.securebackend.runner.docker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The plain user and group that programs run as and that owns their workspaces; never root. */
public record ContainerUser(int uid, int gid) {
    /** Stands in where the runner itself is root. */
    public static final ContainerUser FALLBACK = new ContainerUser(10_000, 10_000);

    private static final Path OURSELVES = Path.of("/proc/self");

    public ContainerUser {
        if (uid <= 0 || gid <= 0) {
            throw new IllegalArgumentException(
                    "programs never run as root: user %d:%d is refused".formatted(uid, gid));
        }
    }

    /** The runner's own user, or {@link #FALLBACK} if that is root or in root's group. */
    public static ContainerUser ofThisProcess() {
        int uid = ownId("unix:uid");
        int gid = ownId("unix:gid");
        return uid == 0 || gid == 0 ? FALLBACK : new ContainerUser(uid, gid);
    }

    /** Whether files that the runner makes must be given to this user. */
    boolean differsFromThisProcess() {
        return ownId("unix:uid") != uid || ownId("unix:gid") != gid;
    }

    private static int ownId(String attribute) {
        try {
            return (Integer) Files.getAttribute(OURSELVES, attribute);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot find out which user this is", e);
        }
    }

    @Override
    public String toString() {
        return uid + ":" + gid;
    }
}

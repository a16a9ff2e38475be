package org.securebackend.runner;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.securebackend.runner.cli.CommandFailedException;
import org.securebackend.runner.cli.ExitCodes;

/**
 * Whoever changes files beside the daemon must be its user: what root wrote, the daemon could not
 * write again.
 */
final class SameUser {
    private static final Path THIS_PROCESS = Path.of("/proc/self");

    private SameUser() {}

    /**
     * Lets nobody pass but the owner of the work directory.
     *
     * @throws CommandFailedException for anybody else
     */
    static void require(Path workDirectory) throws IOException {
        if (!Files.exists(workDirectory) || !Files.exists(THIS_PROCESS)) {
            return;
        }
        Object owner = Files.getAttribute(workDirectory, "unix:uid");
        if (!owner.equals(Files.getAttribute(THIS_PROCESS, "unix:uid"))) {
            throw new CommandFailedException(
                    ExitCodes.NO,
                    "this changes files of the daemon, so run it as the user that owns %s: sudo -u '#%s' ..."
                            .formatted(workDirectory, owner));
        }
    }
}

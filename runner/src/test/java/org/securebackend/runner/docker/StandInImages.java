package org.securebackend.runner.docker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.securebackend.runner.job.ImageName;

/** The small images that scripts/images makes of busybox; made here if nobody did before. */
public final class StandInImages {
    public static final String PREFIX = "local.test/standin";

    private static boolean made;

    private StandInImages() {}

    /** Any shell commands can be run in it. */
    public static synchronized ImageName python() {
        if (!made) {
            make();
            made = true;
        }
        return new ImageName(PREFIX + "/python:v2");
    }

    private static void make() {
        Path script = Path.of("..", "scripts", "images").toAbsolutePath();
        try {
            int exit = new ProcessBuilder(script.toString(), PREFIX).inheritIO().start().waitFor();
            if (exit != 0) {
                throw new IllegalStateException("scripts/images failed: " + exit);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}

package org.securebackend.runner;

import java.nio.file.Path;
import org.securebackend.runner.cli.Screen;

/** The program, with the points at which a test breaks things. */
final class BreakableMain {
    static final String FOLDER = "TEST_BREAKING_POINTS";

    private BreakableMain() {}

    public static void main(String[] args) {
        var points = new BreakingPoints(Path.of(System.getenv(FOLDER)));
        System.exit(
                Main.commandLine(new WiredProduct(points), Screen.ofThisProcess(System.getenv()))
                        .execute(args));
    }
}

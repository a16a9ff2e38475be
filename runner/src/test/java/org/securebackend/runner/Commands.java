package org.securebackend.runner;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Other programs of this host, such as an operator uses them. */
final class Commands {
    private Commands() {}

    /** What a command ended with, and what it said. */
    record Result(int exit, String output) {}

    /** Runs a command that must succeed; what it says, stripped. */
    static String run(String... command) {
        Result result = attempt(command);
        if (result.exit() != 0) {
            throw new IllegalStateException(List.of(command) + ": " + result.output());
        }
        return result.output();
    }

    static Result attempt(String... command) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Result(process.waitFor(), output.strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Runs a command of the engine's client. */
    static String docker(String... words) {
        var command = new ArrayList<>(List.of("docker"));
        command.addAll(List.of(words));
        return run(command.toArray(String[]::new));
    }

    /** Names of a runner's containers, running or not. */
    static List<String> containersOf(String instance) {
        return lines(
                docker(
                        "ps",
                        "--all",
                        "--filter",
                        "label=runner-instance=" + instance,
                        "--format",
                        "{{.Names}}"));
    }

    /** Names of a runner's volumes. */
    static List<String> volumesOf(String instance) {
        return lines(
                docker("volume", "ls", "--quiet", "--filter", "label=runner-instance=" + instance));
    }

    static List<String> lines(String text) {
        return text.lines().filter(line -> !line.isBlank()).toList();
    }

    /** Waits for something that nobody tells of; looks again every few milliseconds. */
    static void await(String what, Condition condition) throws InterruptedException {
        long deadline = System.nanoTime() + TestBackend.PATIENCE.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not in time: " + what);
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    /** Something that becomes true. */
    interface Condition {
        boolean holds();
    }
}

package org.securebackend.runner;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Hears of every start of a runner's containers, from the engine itself. */
final class ContainerStarts implements AutoCloseable {
    private final Process process;
    private final List<String> names = new CopyOnWriteArrayList<>();

    private ContainerStarts(Process process) {
        this.process = process;
        Thread.ofVirtual().start(this::read);
    }

    static ContainerStarts of(String instance) {
        long now = System.currentTimeMillis() / 1000;
        try {
            return new ContainerStarts(
                    new ProcessBuilder(
                                    "docker",
                                    "events",
                                    "--since=" + now,
                                    "--filter=event=start",
                                    "--filter=label=runner-instance=" + instance,
                                    "--format={{.Actor.Attributes.name}}")
                            .redirectErrorStream(true)
                            .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read() {
        try (BufferedReader reading = process.inputReader()) {
            reading.lines().forEach(names::add);
        } catch (IOException | UncheckedIOException e) {
            // The test is over.
        }
    }

    /** Names of the containers that were started so far, as often as they were. */
    List<String> names() {
        return names;
    }

    @Override
    public void close() {
        process.destroy();
    }
}

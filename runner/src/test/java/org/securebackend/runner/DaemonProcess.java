package org.securebackend.runner;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The program as a process of its own, with nothing of the test in it; what it says is kept. */
final class DaemonProcess implements AutoCloseable {
    private final Process process;
    private final Thread reader;
    private final List<String> lines = new ArrayList<>();

    private DaemonProcess(Process process) {
        this.process = process;
        this.reader = Thread.ofVirtual().start(this::read);
    }

    /** Starts it with these variables and no others but the path. */
    static DaemonProcess start(Map<String, String> environment, String... arguments) {
        return start(environment, Main.class, productClassPath(), arguments);
    }

    /** The same, but it stops at the points that {@link BreakingPoints} arms. */
    static DaemonProcess startBreakable(Map<String, String> environment, String... arguments) {
        return start(
                environment, BreakableMain.class, System.getProperty("java.class.path"), arguments);
    }

    private static DaemonProcess start(
            Map<String, String> environment, Class<?> main, String classPath, String... arguments) {
        var command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "-Xmx256m",
                                "-cp",
                                classPath,
                                main.getName()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().retainAll(List.of("PATH"));
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment().putAll(environment);
        try {
            return new DaemonProcess(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Without the tests' classes, whose logging is set up otherwise. */
    private static String productClassPath() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !Path.of(entry).endsWith("test-classes"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private void read() {
        try (BufferedReader reading = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = reading.readLine(); line != null; line = reading.readLine()) {
                synchronized (lines) {
                    lines.add(line);
                    lines.notifyAll();
                }
            }
        } catch (IOException e) {
            // It was killed in the middle of a line.
        }
    }

    Process process() {
        return process;
    }

    String output() {
        synchronized (lines) {
            return String.join("\n", lines);
        }
    }

    /** Waits until it has said such a line. */
    void awaitLine(Predicate<String> wanted) throws InterruptedException {
        long deadline = System.nanoTime() + TestBackend.PATIENCE.toNanos();
        synchronized (lines) {
            while (lines.stream().noneMatch(wanted)) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left <= 0) {
                    throw new AssertionError("not said in time; but:\n" + output());
                }
                lines.wait(left);
            }
        }
    }

    /** Waits until it polls and looks after jobs. */
    DaemonProcess ready() throws InterruptedException {
        awaitLine(line -> line.contains("started; work directory"));
        return this;
    }

    /** As power failure does. */
    void kill() throws InterruptedException {
        process.toHandle().destroyForcibly();
        awaitEnd();
    }

    /** As a service manager does; how long it took. */
    Duration terminate() throws InterruptedException {
        long start = System.nanoTime();
        // Not by the process itself, which would close our end of its output as well.
        process.toHandle().destroy();
        awaitEnd();
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /** Its exit code. */
    int awaitEnd() throws InterruptedException {
        if (!process.waitFor(TestBackend.PATIENCE)) {
            throw new AssertionError("does not end; said:\n" + output());
        }
        reader.join(TestBackend.PATIENCE);
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}

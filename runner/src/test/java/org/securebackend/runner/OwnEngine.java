package org.securebackend.runner;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.securebackend.runner.docker.StandInImages;

/** A Docker engine of a test's own, which it may stop; its containers live on, as in production. */
final class OwnEngine implements AutoCloseable {
    private static final int STOP_SECONDS = 30;

    private final Path folder;
    private Process process;

    private OwnEngine(Path folder) {
        this.folder = folder;
        try {
            writeRuntime();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.process = launch();
    }

    /** Why there cannot be one here; empty if there can. */
    static String hindrance() {
        if (Commands.attempt("sh", "-c", "command -v dockerd").exit() != 0) {
            return "dockerd is not installed here";
        }
        return System.getProperty("user.name").equals("root") ? "" : "only root can run dockerd";
    }

    /** Starts one in a new folder, with the stand-in images. */
    static OwnEngine start() throws InterruptedException {
        try {
            // Not a test's own folder: the paths of its sockets must be short.
            var engine = new OwnEngine(Files.createTempDirectory("own-engine-"));
            engine.awaitAnswer();
            Commands.run(
                    "sh",
                    "-c",
                    "docker save %s | docker --host %s load"
                            .formatted(StandInImages.python().value(), engine.address()));
            return engine;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A runtime that notes every start of a container where the engine has no hand in it. */
    private void writeRuntime() throws IOException {
        Path runtime = folder.resolve("runtime");
        Files.writeString(
                runtime,
                """
                #!/bin/sh
                for word in "$@"; do
                    [ "$word" = start ] && echo "$@" >>%s
                done
                exec runc "$@"
                """
                        .formatted(folder.resolve("starts")));
        Files.setPosixFilePermissions(runtime, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** How many containers were ever started, whoever of the engine's lives did it. */
    int starts() {
        try {
            return Files.exists(folder.resolve("starts"))
                    ? Files.readAllLines(folder.resolve("starts")).size()
                    : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path socket() {
        return folder.resolve("socket");
    }

    /** It neither answers nor ends. */
    void freeze() {
        Commands.run("kill", "-STOP", Long.toString(process.pid()));
    }

    void thaw() {
        Commands.run("kill", "-CONT", Long.toString(process.pid()));
    }

    private Process launch() {
        var builder =
                new ProcessBuilder(
                        List.of(
                                // Without a bridge of its own it would take away the other's.
                                "unshare",
                                "--net",
                                "dockerd",
                                "--data-root=" + folder.resolve("data"),
                                "--exec-root=" + folder.resolve("exec"),
                                "--pidfile=" + folder.resolve("pid"),
                                "--host=" + address(),
                                "--storage-driver=vfs",
                                "--iptables=false",
                                "--ip-masq=false",
                                "--bridge=none",
                                "--live-restore",
                                "--add-runtime=counting=" + folder.resolve("runtime"),
                                "--default-runtime=counting"));
        File log = folder.resolve("log").toFile();
        try {
            return builder.redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitAnswer() throws InterruptedException {
        Commands.await(
                "the engine answers (log: " + folder.resolve("log") + ")",
                () ->
                        Files.exists(folder.resolve("socket"))
                                && Commands.attempt("docker", "--host", address(), "version").exit()
                                        == 0);
    }

    String address() {
        return "unix://" + folder.resolve("socket");
    }

    String docker(String... words) {
        var command = new java.util.ArrayList<>(List.of("docker", "--host", address()));
        command.addAll(List.of(words));
        return Commands.run(command.toArray(String[]::new));
    }

    /** Stops it; containers go on. */
    void stop() {
        process.destroy();
        process.onExit().completeOnTimeout(process, STOP_SECONDS, TimeUnit.SECONDS).join();
        process.destroyForcibly().onExit().join();
    }

    void startAgain() throws InterruptedException {
        process = launch();
        awaitAnswer();
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            Commands.attempt(
                    "sh",
                    "-c",
                    "docker --host %1$s ps -aq | xargs -r docker --host %1$s rm -f"
                            .formatted(address()));
        }
        stop();
        // An engine that lets containers live leaves its folder mounted onto itself.
        Commands.attempt("umount", "--lazy", folder.resolve("data").toString());
        Commands.attempt("rm", "-rf", folder.toString());
    }
}

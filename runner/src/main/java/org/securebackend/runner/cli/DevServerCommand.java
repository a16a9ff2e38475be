package org.securebackend.runner.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.securebackend.runner.devserver.DevServer;
import org.securebackend.runner.devserver.DevServerSettings;
import org.securebackend.runner.devserver.DevServerSettings.Backend;
import org.securebackend.runner.devserver.PipelineText;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs the job server for development until it is interrupted. */
@Command(
        name = "dev-server",
        description = {
            "A job server for development and demos: the v2 protocol, and a page to request actions,"
                    + " watch and cancel them. Not for production.",
            ""
        },
        footer = {
            "",
            "Example:",
            "  runner dev-server --port 8000 --backend test --token-file /tmp/token",
            "then start a runner with",
            "  BACKEND=test JOB_SERVER_ENDPOINT=http://127.0.0.1:8000/api/v2/",
            "and open http://127.0.0.1:8000/ in a browser. Scripts use the same:",
            "  curl http://127.0.0.1:8000/api/requests -H 'Content-Type: application/json' \\",
            "    -d '{\"backend\":\"test\",\"workspace\":\"w\",\"repo\":\"https://github.com/ORG/STUDY\",",
            "         \"branch\":\"main\",\"commit\":\"...\",\"requested_actions\":[\"run_all\"]}'"
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class DevServerCommand implements Callable<Integer> {
    private static final int TOKEN_BYTES = 20;

    private final PipelineText pipelines;

    @Spec @Nullable CommandSpec spec;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "8000",
            description = "port to listen on, 0 for any free one (default: ${DEFAULT-VALUE})")
    int port;

    @Option(
            names = "--address",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description =
                    "address to listen on (default: ${DEFAULT-VALUE}, reached from this host only)")
    String address = "";

    @Option(
            names = "--backend",
            paramLabel = "NAME",
            defaultValue = "test",
            description = "name of the backend (default: ${DEFAULT-VALUE})")
    String backend = "";

    @ArgGroup @Nullable TokenSource token;

    @Option(
            names = "--file",
            paramLabel = "FILE",
            description = "keep requests in this JSON file (default: in memory only)")
    @Nullable Path file;

    /** Where the token comes from. */
    static final class TokenSource {
        @Option(
                names = "--token",
                paramLabel = "TOKEN",
                description = "the token of the backend's runner (default: a new one, shown)")
        @Nullable String value;

        @Option(
                names = "--token-file",
                paramLabel = "FILE",
                description = "a file that holds the token; made with a new one if there is none")
        @Nullable Path file;
    }

    /**
     * @param pipelines shows the project.yaml of requests
     */
    public DevServerCommand(PipelineText pipelines) {
        this.pipelines = pipelines;
    }

    @Override
    public Integer call() {
        var shown = new StringBuilder();
        try (var server = new DevServer(settings(shown), pipelines, InstantSource.system())) {
            server.start();
            say("page      " + server.pageUrl());
            say("endpoint  " + server.endpoint() + "/");
            say("backend   " + backend);
            if (!shown.isEmpty()) {
                say("token     " + shown);
            }
            var interrupted = new CountDownLatch(1);
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(interrupted::countDown, "dev-server-stop"));
            interrupted.await();
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        } catch (UncheckedIOException e) {
            throw wrongUse(e.getMessage() == null ? "cannot start" : e.getMessage());
        }
    }

    private DevServerSettings settings(StringBuilder shown) {
        try {
            return new DevServerSettings(
                    address,
                    port,
                    List.of(new Backend(backend, token(shown))),
                    Optional.ofNullable(file));
        } catch (IllegalArgumentException e) {
            throw wrongUse(e.getMessage() == null ? "wrong settings" : e.getMessage());
        }
    }

    /** The token; {@code shown} becomes one that nobody could know otherwise. */
    private String token(StringBuilder shown) {
        if (token != null && token.value != null) {
            return token.value;
        }
        if (token != null && token.file != null) {
            return tokenOf(token.file);
        }
        shown.append(newToken());
        return shown.toString();
    }

    private static String tokenOf(Path file) {
        try {
            if (Files.notExists(file)) {
                SecretFile.create(file, newToken());
            }
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(
                    new IOException("cannot read or make the token file " + file, e));
        }
    }

    private static String newToken() {
        byte[] bytes = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private void say(String line) {
        if (spec != null) {
            PrintWriter out = spec.commandLine().getOut();
            out.println(line);
            out.flush();
        }
    }

    private ParameterException wrongUse(String problem) {
        if (spec == null) {
            throw new IllegalStateException(problem);
        }
        return new ParameterException(spec.commandLine(), problem);
    }
}

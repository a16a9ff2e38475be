package org.securebackend.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.securebackend.runner.devserver.PipelineText;
import picocli.CommandLine;

class DevServerCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final CommandLine command =
            new CommandLine(new DevServerCommand(PipelineText.NONE))
                    .setOut(new PrintWriter(out))
                    .setErr(new PrintWriter(err));

    @Test
    void helpShowsAnExample() {
        assertThat(command.execute("--help")).isZero();
        assertThat(out.toString()).contains("Example:", "--token-file", "JOB_SERVER_ENDPOINT");
    }

    @Test
    void wrongUseIsCodeTwoWithoutATrace(@TempDir Path folder) throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(command.execute("--port", String.valueOf(taken.getLocalPort())))
                    .isEqualTo(2);
        }
        assertThat(command.execute("--token", "a", "--token-file", folder + "/b")).isEqualTo(2);
        assertThat(command.execute("--backend", "a/b")).isEqualTo(2);
        assertThat(command.execute("--port", "70000")).isEqualTo(2);
        assertThat(err.toString()).contains("cannot listen").doesNotContain("\tat ");
    }

    @Test
    void missingTokenFileIsMadeForItsOwnerAlone(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("token");
        var said = new CompletableFuture<String>();
        command.setOut(
                new PrintWriter(
                        new StringWriter() {
                            @Override
                            public void flush() {
                                if (toString().contains("backend")) {
                                    said.complete(toString());
                                }
                            }
                        }));
        Thread thread =
                Thread.ofVirtual()
                        .start(() ->
                                command.execute("--port", "0", "--token-file", file.toString()));
        String lines = said.get(20, TimeUnit.SECONDS);
        thread.interrupt();
        thread.join();
        String token = Files.readString(file).strip();
        assertThat(token).matches("[0-9a-f]{40}");
        assertThat(lines).contains("endpoint  http://127.0.0.1:").doesNotContain(token);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void emptyTokenFileIsWrongUse(@TempDir Path folder) {
        Path file = folder.resolve("token");
        try {
            Files.writeString(file, "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        assertThat(command.execute("--port", "0", "--token-file", file.toString())).isEqualTo(2);
    }
}

package org.securebackend.runner.docker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** Listens on a unix socket and answers every request with the same words, or never. */
final class FakeEngine implements AutoCloseable {
    private final ServerSocketChannel server;
    private final Path socket;
    private final Function<String, String> answers;
    private final List<SocketChannel> connections = new CopyOnWriteArrayList<>();

    private final List<String> heard = new CopyOnWriteArrayList<>();

    private FakeEngine(Path socket, Function<String, String> answers) throws IOException {
        this.socket = socket;
        this.answers = answers;
        this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        Thread.ofVirtual().start(this::accept);
    }

    /** Accepts connections and says nothing. */
    static FakeEngine hung(Path socket) throws IOException {
        return new FakeEngine(socket, _ -> "");
    }

    /**
     * @param answers whole answers by the first line of the request, or the beginning of one that
     *     never goes on
     */
    static FakeEngine answering(Path socket, Function<String, String> answers) throws IOException {
        return new FakeEngine(socket, answers);
    }

    static String json(int status, String body) {
        return "HTTP/1.1 %d X\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                .formatted(status, body.getBytes(UTF_8).length, body);
    }

    /** All lines of all requests so far. */
    List<String> heard() {
        return heard;
    }

    URI address() {
        return URI.create("unix://" + socket);
    }

    private void accept() {
        while (server.isOpen()) {
            try {
                SocketChannel connection = server.accept();
                connections.add(connection);
                Thread.ofVirtual().start(() -> serve(connection));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(SocketChannel connection) {
        try {
            var reader =
                    new BufferedReader(
                            new InputStreamReader(Channels.newInputStream(connection), UTF_8));
            String first = "";
            String line = reader.readLine();
            while (line != null) {
                heard.add(line);
                first = first.isEmpty() ? line : first;
                if (line.isEmpty()) {
                    connection.write(ByteBuffer.wrap(answers.apply(first).getBytes(UTF_8)));
                    first = "";
                }
                line = reader.readLine();
            }
        } catch (IOException e) {
            // The other side went away.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (SocketChannel connection : connections) {
            connection.close();
        }
        Files.deleteIfExists(socket);
    }
}

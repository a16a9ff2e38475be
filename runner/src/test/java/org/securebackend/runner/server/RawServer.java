package org.securebackend.runner.server;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * A server on loopback that says, byte for byte, what a test wants it to. Each answer ends its
 * connection, but for the empty one: then nothing is said and the connection stays.
 */
final class RawServer implements AutoCloseable {
    private static final Pattern LENGTH = Pattern.compile("(?i)content-length: *(\\d+)");

    /** At the beginning of an answer: its connection stays open after it. */
    static final String STAYING = "(staying)";

    private final ServerSocket listener;
    private final UnaryOperator<String> script;
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    /**
     * @param script from what was heard (head and body) to the whole answer
     */
    RawServer(UnaryOperator<String> script) {
        this.script = script;
        try {
            this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::listen);
    }

    static String answer(int status, String body) {
        return "HTTP/1.1 %d X\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
                .formatted(status, body.getBytes(StandardCharsets.UTF_8).length, body);
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:%d/api/v2/".formatted(port()));
    }

    int port() {
        return listener.getLocalPort();
    }

    /** What was heard, one text for each request. */
    List<String> heard() {
        return heard;
    }

    private void listen() {
        try {
            while (true) {
                Socket socket = listener.accept();
                open.add(socket);
                Thread.ofVirtual().start(() -> talk(socket));
            }
        } catch (IOException e) {
            // Closed: the test is over.
        }
    }

    private void talk(Socket socket) {
        try {
            String request = read(new BufferedInputStream(socket.getInputStream()));
            heard.add(request);
            String answer = script.apply(request);
            boolean stays = answer.isEmpty() || answer.startsWith(STAYING);
            String said = answer.startsWith(STAYING) ? answer.substring(STAYING.length()) : answer;
            socket.getOutputStream().write(said.getBytes(StandardCharsets.UTF_8));
            if (!stays) {
                socket.close();
            }
        } catch (IOException e) {
            // The client had enough.
        }
    }

    private static String read(InputStream in) throws IOException {
        var head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.UTF_8).endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("half a request");
            }
            head.write(next);
        }
        String text = head.toString(StandardCharsets.UTF_8);
        var length = LENGTH.matcher(text);
        int bytes = length.find() ? Integer.parseInt(length.group(1)) : 0;
        return text + new String(in.readNBytes(bytes), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        try {
            listener.close();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

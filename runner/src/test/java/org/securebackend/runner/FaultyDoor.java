package org.securebackend.runner;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;

/** Stands before a job server on loopback: lets all pass, changes it, fails, or is away. */
final class FaultyDoor implements AutoCloseable {
    private final URI inside;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient client = HttpClient.newHttpClient();
    private final List<String> reports = new CopyOnWriteArrayList<>();
    private final int port;
    private HttpServer http;
    private volatile Fault fault = Fault.NONE;
    private volatile int refused;
    private volatile UnaryOperator<String> polls = UnaryOperator.identity();

    /** What comes instead of the server's answers. */
    record Fault(int status, String type, String body) {
        static final Fault NONE = new Fault(0, "", "");
    }

    /** Before a server whose address is {@code inside}. */
    FaultyDoor(URI inside) {
        this.inside = inside;
        this.http = open(0);
        this.port = http.getAddress().getPort();
    }

    private HttpServer open(int wanted) {
        try {
            var server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted), 0);
            server.createContext("/", this::handle);
            server.setExecutor(threads);
            server.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The server's endpoint, through this door. */
    String endpoint() {
        return "http://127.0.0.1:" + port + inside.getPath();
    }

    /** Nobody answers at all. */
    void shut() {
        http.stop(0);
    }

    void reopen() {
        http = open(port);
    }

    void answer(Fault instead) {
        refused = 0;
        fault = instead;
    }

    /** How many calls were answered by a fault since it began. */
    int refused() {
        return refused;
    }

    /** Changes what polls are answered with. */
    void changePolls(UnaryOperator<String> change) {
        polls = change;
    }

    /** Bodies of the reports that were let through. */
    List<String> reports() {
        return reports;
    }

    private synchronized void count() {
        refused++;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            Fault now = fault;
            if (now.equals(Fault.NONE)) {
                pass(exchange, body);
            } else {
                count();
                exchange.getResponseHeaders().set("Content-Type", now.type());
                send(exchange, now.status(), now.body());
            }
        }
    }

    private void pass(HttpExchange exchange, byte[] body) throws IOException {
        boolean isPoll = exchange.getRequestMethod().equals("GET");
        if (!isPoll) {
            reports.add(new String(body, StandardCharsets.UTF_8));
        }
        var request =
                HttpRequest.newBuilder(inside.resolve(exchange.getRequestURI().toString()))
                        .method(
                                exchange.getRequestMethod(),
                                HttpRequest.BodyPublishers.ofByteArray(body));
        for (String name : List.of("Authorization", "Flags", "Content-Type")) {
            String value = exchange.getRequestHeaders().getFirst(name);
            if (value != null) {
                request.header(name, value);
            }
        }
        try {
            var answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            send(
                    exchange,
                    answer.statusCode(),
                    isPoll ? polls.apply(answer.body()) : answer.body());
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static void send(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        http.stop(0);
        threads.shutdownNow();
        client.shutdownNow();
    }
}

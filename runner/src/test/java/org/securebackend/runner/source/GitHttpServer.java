package org.securebackend.runner.source;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** A folder of repositories over HTTP on loopback, served by git's own program. */
public final class GitHttpServer implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Path folder;

    /** Every request: method, path, and what came as authorization. */
    public final List<Request> requests = new CopyOnWriteArrayList<>();

    /** What is done before a request is served; may answer it. */
    volatile Gate gate = exchange -> false;

    public record Request(String line, Optional<String> authorization) {}

    /** Sees a request first. */
    interface Gate {
        /** Whether the request is answered already. */
        boolean answers(HttpExchange exchange) throws IOException;
    }

    public GitHttpServer(Path folder) throws IOException {
        this(folder, HttpServer.create(loopback(), 0));
    }

    /** The same over TLS. */
    static GitHttpServer secure(Path folder, SSLContext context) throws IOException {
        HttpsServer https = HttpsServer.create(loopback(), 0);
        https.setHttpsConfigurator(new HttpsConfigurator(context));
        return new GitHttpServer(folder, https);
    }

    private GitHttpServer(Path folder, HttpServer server) {
        this.folder = folder;
        this.server = server;
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    private static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    int port() {
        return server.getAddress().getPort();
    }

    public String url() {
        return "http://127.0.0.1:" + port();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            requests.add(
                    new Request(
                            exchange.getRequestMethod() + " " + exchange.getRequestURI(),
                            Optional.ofNullable(
                                    exchange.getRequestHeaders().getFirst("Authorization"))));
            if (!gate.answers(exchange)) {
                serve(exchange);
            }
        }
    }

    private void serve(HttpExchange exchange) throws IOException {
        var builder = new ProcessBuilder("git", "http-backend");
        var environment = builder.environment();
        environment.putAll(TestRepository.environment());
        environment.put("GIT_PROJECT_ROOT", folder.toString());
        environment.put("GIT_HTTP_EXPORT_ALL", "1");
        environment.put("REQUEST_METHOD", exchange.getRequestMethod());
        environment.put("PATH_INFO", withSuffix(exchange.getRequestURI().getPath()));
        environment.put("QUERY_STRING", orEmpty(exchange.getRequestURI().getRawQuery()));
        environment.put("CONTENT_TYPE", header(exchange, "Content-Type"));
        environment.put("GIT_PROTOCOL", header(exchange, "Git-Protocol"));
        environment.put("HTTP_CONTENT_ENCODING", header(exchange, "Content-Encoding"));
        Process process = builder.start();
        try (var stdin = process.getOutputStream()) {
            exchange.getRequestBody().transferTo(stdin);
        }
        answer(exchange, process.getInputStream());
    }

    /** As the well-known hosts do, finds {@code NAME.git} for {@code NAME} too. */
    private static String withSuffix(String path) {
        return path.replaceFirst("^/([^/]+?)(\\.git)?/", "/$1.git/");
    }

    private static void answer(HttpExchange exchange, InputStream cgi) throws IOException {
        int status = 200;
        for (String line = line(cgi); !line.isEmpty(); line = line(cgi)) {
            int colon = line.indexOf(':');
            String value = line.substring(colon + 1).strip();
            if (line.startsWith("Status:")) {
                status = Integer.parseInt(value.substring(0, 3));
            } else {
                exchange.getResponseHeaders().set(line.substring(0, colon), value);
            }
        }
        exchange.sendResponseHeaders(status, 0);
        cgi.transferTo(exchange.getResponseBody());
    }

    private static String line(InputStream in) throws IOException {
        var line = new ByteArrayOutputStream();
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
            line.write(c);
        }
        return line.toString(StandardCharsets.UTF_8).strip();
    }

    private static String header(HttpExchange exchange, String name) {
        return orEmpty(exchange.getRequestHeaders().getFirst(name));
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    /** Answers everything with this status and body. */
    void answerAll(int status, String body) {
        gate =
                exchange -> {
                    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(status, bytes.length);
                    exchange.getResponseBody().write(bytes);
                    return true;
                };
    }

    /** Sends everybody to the same path below another URL. */
    void redirectAllTo(String url) {
        gate =
                exchange -> {
                    exchange.getResponseHeaders().set("Location", url + exchange.getRequestURI());
                    exchange.sendResponseHeaders(302, -1);
                    return true;
                };
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}

package org.securebackend.runner.devserver;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets every call in, sends its answer out, and keeps what goes wrong inside. */
final class Door implements HttpHandler {
    private static final Logger LOG = LoggerFactory.getLogger(Door.class);

    private final Handler handler;

    Door(Handler handler) {
        this.handler = handler;
    }

    /** Answers calls. */
    interface Handler {
        Answer answer(Call call) throws IOException, BadInputException;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            secure(exchange.getResponseHeaders());
            send(exchange, answer(new Call(exchange)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Answer answer(Call call) throws IOException {
        try {
            return handler.answer(call);
        } catch (BadInputException e) {
            return Answer.json(400, e.answer());
        } catch (RuntimeException e) {
            String reference = UUID.randomUUID().toString();
            LOG.error("{} {} failed ({})", call.method(), call.path(), reference, e);
            return Answer.detail(500, "the dev server failed; its log has " + reference);
        }
    }

    private static void secure(Headers headers) {
        headers.set(
                "Content-Security-Policy",
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
                        + "connect-src 'self'; form-action 'self'; base-uri 'none'; "
                        + "frame-ancestors 'none'");
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("Referrer-Policy", "no-referrer");
        headers.set("Cross-Origin-Resource-Policy", "same-origin");
        headers.set("Cache-Control", "no-cache");
    }

    private static void send(HttpExchange exchange, Answer answer)
            throws IOException, InterruptedException {
        switch (answer) {
            case Answer.Whole whole -> send(exchange, whole);
            case Answer.Events(var source) -> {
                exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
                exchange.sendResponseHeaders(200, 0);
                try (OutputStream sink = exchange.getResponseBody()) {
                    source.writeTo(sink);
                }
            }
        }
    }

    private static void send(HttpExchange exchange, Answer.Whole whole) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", whole.type());
        whole.headers().forEach(exchange.getResponseHeaders()::set);
        byte[] body = whole.body().getBytes(StandardCharsets.UTF_8);
        if (exchange.getRequestMethod().equals("HEAD") || body.length == 0) {
            exchange.sendResponseHeaders(whole.status(), -1);
            return;
        }
        exchange.sendResponseHeaders(whole.status(), body.length);
        exchange.getResponseBody().write(body);
    }
}

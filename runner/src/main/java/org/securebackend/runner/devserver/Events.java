package org.securebackend.runner.devserver;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Supplier;

/** Sends views to a page, each time that they change, as server-sent events. */
final class Events {
    /** A line now and then shows that somebody is still there, and finds out who is not. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(10);

    private final RequestBook book;
    private volatile boolean closed;

    Events(RequestBook book) {
        this.book = book;
    }

    /** Sends {@code view} now and after every change of it, until the other side leaves. */
    void send(OutputStream sink, Supplier<? extends JsonNode> view)
            throws IOException, InterruptedException {
        write(sink, "retry: 1000\n\n");
        String sent = "";
        long version = -1;
        while (!closed) {
            long now = book.version();
            String fresh = now == version ? sent : Json.write(view.get());
            if (fresh.equals(sent)) {
                write(sink, ": still here\n\n");
            } else {
                write(sink, "data: " + fresh + "\n\n");
                sent = fresh;
            }
            version = now;
            book.awaitChange(version, HEARTBEAT);
        }
    }

    private static void write(OutputStream sink, String text) throws IOException {
        sink.write(text.getBytes(StandardCharsets.UTF_8));
        sink.flush();
    }

    /** Lets everybody go. */
    void close() {
        closed = true;
        book.wake();
    }
}

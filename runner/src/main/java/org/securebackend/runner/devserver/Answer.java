package org.securebackend.runner.devserver;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;

/** What a call is answered with. */
sealed interface Answer {

    /** All of it at once. */
    record Whole(int status, String type, String body, Map<String, String> headers)
            implements Answer {}

    /** Events until one side has enough. */
    record Events(Source source) implements Answer {}

    /** Writes events. */
    interface Source {
        void writeTo(OutputStream sink) throws IOException, InterruptedException;
    }

    static Answer json(int status, JsonNode node) {
        return new Whole(status, "application/json", Json.write(node), Map.of());
    }

    static Answer text(int status, String text) {
        return new Whole(status, "text/plain; charset=utf-8", text, Map.of());
    }

    static Answer detail(int status, String detail) {
        return json(status, Json.object().put("detail", detail));
    }

    static Answer redirect(int status, String location) {
        return new Whole(status, "text/plain; charset=utf-8", "", Map.of("Location", location));
    }

    static Answer notFound() {
        return detail(404, "there is nothing here");
    }

    static Answer wrongMethod(String allowed) {
        String body = Json.write(Json.object().put("detail", "this method is not allowed here"));
        return new Whole(405, "application/json", body, Map.of("Allow", allowed));
    }
}

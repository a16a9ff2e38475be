package org.securebackend.runner.devserver;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;

/** Calls a dev server over HTTP, as scripts, runners and browsers do. */
final class Visitor implements AutoCloseable {
    private final URI base;
    private final HttpClient client = HttpClient.newHttpClient();

    Visitor(URI base) {
        this.base = base;
    }

    HttpResponse<String> get(String path, String... headers) {
        return send(builder(path, headers).GET());
    }

    HttpResponse<String> post(String path, String body, String... headers) {
        return send(
                builder(path, headers)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body)));
    }

    HttpRequest.Builder builder(String path, String... headers) {
        var builder = HttpRequest.newBuilder(base.resolve(path));
        return headers.length == 0 ? builder : builder.headers(headers);
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return client.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    HttpClient client() {
        return client;
    }

    static JsonNode json(HttpResponse<String> response) {
        try {
            return Json.read(response.body().getBytes(StandardCharsets.UTF_8));
        } catch (BadInputException e) {
            throw new IllegalStateException(response.body(), e);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}

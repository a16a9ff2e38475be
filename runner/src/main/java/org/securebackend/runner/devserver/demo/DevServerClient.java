package org.securebackend.runner.devserver.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** What a person does on a development server's page, done by its API. */
final class DevServerClient implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final URI server;
    private final HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();

    DevServerClient(URI server) {
        this.server = server;
    }

    JsonNode submit(ObjectNode request) throws IOException, InterruptedException {
        return call(
                builder("/api/requests")
                        .POST(HttpRequest.BodyPublishers.ofString(request.toString()))
                        .build());
    }

    JsonNode request(String id) throws IOException, InterruptedException {
        return call(builder("/api/requests/" + id).GET().build());
    }

    void cancel(String id) throws IOException, InterruptedException {
        call(
                builder("/api/requests/" + id + "/cancel")
                        .POST(HttpRequest.BodyPublishers.ofString("{}"))
                        .build());
    }

    private HttpRequest.Builder builder(String path) {
        return HttpRequest.newBuilder(server.resolve(path))
                .timeout(TIMEOUT)
                .header("Content-Type", "application/json");
    }

    private JsonNode call(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() >= 300) {
            throw new IOException(
                    "%s answered %d: %s"
                            .formatted(request.uri(), answer.statusCode(), answer.body()));
        }
        return JSON.readTree(answer.body());
    }

    @Override
    public void close() {
        http.close();
    }
}

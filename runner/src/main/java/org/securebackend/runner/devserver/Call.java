package org.securebackend.runner.devserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** One HTTP request, as the handlers look at it. */
record Call(HttpExchange exchange) {
    /** Longest body that is read. */
    static final int BODY_BYTES = 16 * 1024 * 1024;

    private static final String JSON = "application/json";

    /** GET, POST, ...; HEAD counts as GET. */
    String method() {
        String method = exchange.getRequestMethod();
        return method.equals("HEAD") ? "GET" : method;
    }

    boolean isPost() {
        return method().equals("POST");
    }

    /** The path, not decoded, from the first slash. */
    String path() {
        return exchange.getRequestURI().getRawPath();
    }

    /** The decoded parts of the path between its slashes. */
    List<String> parts() {
        return Arrays.stream(path().split("/"))
                .filter(part -> !part.isEmpty())
                .map(Call::decoded)
                .toList();
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name));
    }

    /** The host and port that the client thinks it speaks to. */
    String host() {
        return header("Host").orElse("localhost");
    }

    /** A number in the query, at least 0, or {@code usual}. */
    int number(String key, int usual) {
        String query = Optional.ofNullable(exchange.getRequestURI().getRawQuery()).orElse("");
        return Arrays.stream(query.split("&"))
                .filter(pair -> pair.matches(key + "=\\d{1,9}"))
                .map(pair -> Integer.parseInt(pair.substring(key.length() + 1)))
                .findFirst()
                .orElse(usual);
    }

    /** The body. @throws BadInputException if it is too long or not JSON */
    JsonNode json() throws IOException, BadInputException {
        return Json.read(body());
    }

    /** The body, or an empty object if there is none. */
    JsonNode jsonIfAny() throws IOException, BadInputException {
        byte[] body = body();
        return body.length == 0 ? Json.object() : Json.read(body);
    }

    private byte[] body() throws IOException, BadInputException {
        byte[] body = exchange.getRequestBody().readNBytes(BODY_BYTES + 1);
        if (body.length > BODY_BYTES) {
            throw new BadInputException("more than " + BODY_BYTES + " bytes were sent");
        }
        return body;
    }

    /** Whether what was sent calls itself JSON, or nothing was sent. */
    boolean saysJson() {
        return header("Content-Type")
                .map(type -> type.equals(JSON) || type.startsWith(JSON + ";"))
                .orElse(header("Content-Length").map("0"::equals).orElse(true));
    }
}

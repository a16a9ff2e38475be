package org.securebackend.runner.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.StreamSupport;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.securebackend.runner.server.JobServerException.Kind;

/**
 * Single calls: one request, one JSON answer of bounded size within a bounded time, or a {@link
 * JobServerException} whose message is one line made of our own words.
 */
final class Calls implements AutoCloseable {
    private static final int BLAMED_AT_MOST = 3;

    private final JobServerSettings settings;
    private final HttpClient client;

    Calls(JobServerSettings settings) {
        this.settings = settings;
        this.client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(settings.limits().connect())
                        .build();
    }

    /** Asks for an object. */
    JsonNode get(URI uri, String flags, Duration patience) {
        var request = authorized(uri, flags).GET().build();
        return object(request, exchange(request, patience));
    }

    /** Delivers an array; the server confirms with an object. */
    void post(URI uri, String flags, ArrayNode body) {
        byte[] bytes = WireJson.write(body).getBytes(StandardCharsets.US_ASCII);
        var request =
                authorized(uri, flags)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofByteArray(bytes))
                        .build();
        var response = exchange(request, settings.limits().answer());
        if (response.statusCode() == 400) {
            throw new JobServerException(
                    Kind.REFUSED, where(request) + " refused" + blamed(body, response), null);
        }
        object(request, response);
    }

    private HttpRequest.Builder authorized(URI uri, String flags) {
        return HttpRequest.newBuilder(uri)
                .header("Authorization", settings.token().value())
                .header("Flags", flags)
                .header("Accept", "application/json");
    }

    private HttpResponse<byte[]> exchange(HttpRequest request, Duration patience) {
        var handler =
                BodyHandlers.limiting(BodyHandlers.ofByteArray(), settings.limits().answerBytes());
        CompletableFuture<HttpResponse<byte[]>> answer = client.sendAsync(request, handler);
        try {
            return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw unreachable(
                    request, "gave no whole answer within " + patience.toMillis() + " ms", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unreachable(request, "was not waited for: the call was interrupted", e);
        } catch (ExecutionException e) {
            throw unreachable(request, trouble(e.getCause()), e.getCause());
        } finally {
            answer.cancel(true);
        }
    }

    /** What went wrong, without the words of anybody else. */
    private static String trouble(@Nullable Throwable cause) {
        return switch (cause) {
            case HttpConnectTimeoutException _ -> "could not be connected to in time";
            case HttpTimeoutException _ -> "gave no answer in time";
            case ConnectException e when e.getCause() instanceof UnresolvedAddressException ->
                    "has a host name that cannot be resolved";
            case ConnectException _ -> "could not be connected to";
            case SSLException _ -> "could not be trusted: TLS failed";
            case IOException _ -> "gave no whole answer, or too long a one";
            case null, default -> "could not be asked";
        };
    }

    private static JsonNode object(HttpRequest request, HttpResponse<byte[]> response) {
        int status = response.statusCode();
        if (status < 200 || status > 299) {
            throw new JobServerException(kind(status), where(request) + meaning(status), null);
        }
        return WireJson.read(response.body())
                .filter(JsonNode::isObject)
                .orElseThrow(() ->
                        unreachable(request, "answered something that is not a JSON object", null));
    }

    private static Kind kind(int status) {
        return switch (status) {
            case 401, 403 -> Kind.UNAUTHORIZED;
            case 408, 425, 429 -> Kind.UNREACHABLE;
            default -> status >= 400 && status < 500 ? Kind.REFUSED : Kind.UNREACHABLE;
        };
    }

    private static String meaning(int status) {
        String remark =
                switch (status) {
                    case 401, 403 -> ": the token is missing there or wrong";
                    case 404 -> ": is the endpoint right?";
                    default -> status >= 300 && status < 400 ? ": redirects are not followed" : "";
                };
        return " answered " + status + remark;
    }

    /**
     * The first jobs that an answer finds fault with, and in which fields. The answer is an array
     * beside the one that was sent (protocol, section 8).
     */
    private static String blamed(ArrayNode sent, HttpResponse<byte[]> response) {
        JsonNode faults = WireJson.read(response.body()).orElse(WireJson.object());
        var blamed = new ArrayList<String>();
        for (int i = 0; faults.isArray() && i < Math.min(faults.size(), sent.size()); i++) {
            if (!faults.get(i).isEmpty() && blamed.size() < BLAMED_AT_MOST) {
                String job = sent.get(i).path("identifier").asText();
                blamed.add(job + " " + knownFields(faults.get(i), sent.get(i)));
            }
        }
        return blamed.isEmpty() ? " (400)" : " (400): job " + String.join(", job ", blamed);
    }

    private static List<String> knownFields(JsonNode fault, JsonNode sent) {
        return StreamSupport.stream(((Iterable<String>) fault::fieldNames).spliterator(), false)
                .filter(sent::has)
                .toList();
    }

    private static JobServerException unreachable(
            HttpRequest request, String what, @Nullable Throwable cause) {
        return new JobServerException(Kind.UNREACHABLE, where(request) + " " + what, cause);
    }

    private static String where(HttpRequest request) {
        URI uri = request.uri();
        return "job server at %s://%s (%s)"
                .formatted(uri.getScheme(), uri.getRawAuthority(), request.method());
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}

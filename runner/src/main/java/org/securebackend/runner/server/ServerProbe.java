package org.securebackend.runner.server;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import org.securebackend.runner.server.JobServerException.Kind;

/**
 * Asks the job server whether it takes this backend's token, by a report of nothing. A poll would
 * not tell: without a good token it may be answered with the requests of all backends (protocol,
 * section 8). Redirects are not followed, and the token is never shown.
 */
public final class ServerProbe {
    private ServerProbe() {}

    /**
     * What it answered.
     *
     * @param date the server's own time, to the second
     */
    public record Answer(int status, Optional<Instant> date) {}

    /**
     * Asks.
     *
     * @throws JobServerException if there was no answer
     */
    public static Answer ask(JobServerSettings settings) {
        Endpoint endpoint = Endpoint.of(settings.endpoint(), settings.plainHttp());
        HttpRequest request =
                HttpRequest.newBuilder(endpoint.jobs())
                        .timeout(settings.limits().answer())
                        .header("Authorization", settings.token().value())
                        .header("Content-Type", "application/json")
                        .header("Accept", "application/json")
                        .POST(BodyPublishers.ofString("[]"))
                        .build();
        try (HttpClient client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(settings.limits().connect())
                        .build()) {
            HttpResponse<Void> response = client.send(request, BodyHandlers.discarding());
            return new Answer(
                    response.statusCode(),
                    response.headers().firstValue("Date").flatMap(ServerProbe::time));
        } catch (IOException e) {
            throw new JobServerException(
                    Kind.UNREACHABLE,
                    "the job server at %s://%s gave no answer (%s)"
                            .formatted(
                                    request.uri().getScheme(),
                                    request.uri().getRawAuthority(),
                                    e.getClass().getSimpleName()),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new JobServerException(Kind.UNREACHABLE, "the job server was not waited for", e);
        }
    }

    private static Optional<Instant> time(String header) {
        try {
            return Optional.of(
                    ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}

package org.securebackend.runner.server;

import java.net.URI;
import java.time.Duration;
import org.securebackend.runner.pipeline.DataKind;

/**
 * How to reach a job server, and as whom.
 *
 * @param endpoint where its API begins, with or without slashes at the end; {@code https}, or
 *     {@code http} as far as {@code plainHttp} allows
 * @param backend this backend's name
 * @param data whether jobs of this backend can see real data, so that their exit codes may speak of
 *     the database
 */
public record JobServerSettings(
        URI endpoint,
        ServerToken token,
        String backend,
        DataKind data,
        PlainHttp plainHttp,
        Limits limits) {

    /**
     * @throws IllegalArgumentException if the token would not be safe on the way to the endpoint
     */
    public JobServerSettings {
        if (backend.isBlank()) {
            throw new IllegalArgumentException("the backend's name is empty");
        }
        endpoint = Endpoint.of(endpoint, plainHttp).base();
    }

    /** These settings with the usual caution and patience. */
    public static JobServerSettings of(
            URI endpoint, ServerToken token, String backend, DataKind data) {
        return new JobServerSettings(
                endpoint, token, backend, data, PlainHttp.LOOPBACK_ONLY, Limits.USUAL);
    }

    /** Where the token may travel unencrypted. */
    public enum PlainHttp {
        /** Only to this host itself. */
        LOOPBACK_ONLY,
        /** Wherever the endpoint says: for networks that are trusted by other means. */
        ALLOWED
    }

    /**
     * Bounds of patience; the server misses a backend after five minutes.
     *
     * @param connect to get a connection
     * @param answer from sending one call to the last byte of its answer
     * @param poll for all pages of a poll together
     * @param answerBytes longest answer that is read
     */
    public record Limits(Duration connect, Duration answer, Duration poll, int answerBytes) {
        public static final Limits USUAL =
                new Limits(
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(45),
                        Duration.ofMinutes(2),
                        32 * 1024 * 1024);

        public Limits {
            if (!connect.isPositive()
                    || !answer.isPositive()
                    || !poll.isPositive()
                    || answerBytes < 1) {
                throw new IllegalArgumentException("every limit must be positive");
            }
        }
    }
}

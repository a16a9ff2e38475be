package org.securebackend.runner.config;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * The job server, and how it is talked to.
 *
 * @param endpoint where its API begins; {@code http} only to this host itself, or where {@code
 *     plainHttp} allows it
 * @param token nothing can be polled without one
 * @param pollInterval from the end of one poll to the next
 * @param connectTimeout to get a connection
 * @param answerTimeout from sending one call to the last byte of its answer
 */
public record JobServerSection(
        URI endpoint,
        Optional<Secret> token,
        Duration pollInterval,
        PlainHttp plainHttp,
        Duration connectTimeout,
        Duration answerTimeout) {

    private static final Setting<URI> ENDPOINT =
            Setting.of("job_server.endpoint", Forms.WEB_URL).variable("JOB_SERVER_ENDPOINT");
    private static final Setting<Secret> TOKEN =
            Setting.secret("job_server.token").variable("JOB_SERVER_TOKEN");
    private static final Setting<Duration> POLL_INTERVAL =
            Setting.of("job_server.poll_interval", Forms.POSITIVE_DURATION)
                    .variable("POLL_INTERVAL");
    private static final Setting<PlainHttp> PLAIN_HTTP =
            Setting.of("job_server.plain_http", Forms.choice(PlainHttp.class));
    private static final Setting<Duration> CONNECT_TIMEOUT =
            Setting.of("job_server.connect_timeout", Forms.POSITIVE_DURATION);
    private static final Setting<Duration> ANSWER_TIMEOUT =
            Setting.of("job_server.answer_timeout", Forms.POSITIVE_DURATION);

    /** Whether the token may travel unencrypted. */
    public enum PlainHttp {
        /** Only to this host itself. */
        LOOPBACK_ONLY,
        /** Wherever the endpoint says: for networks that are trusted by other means. */
        ALLOWED
    }

    static JobServerSection read(SettingReader settings) {
        var section =
                new JobServerSection(
                        settings.get(ENDPOINT, URI.create("https://jobs.opensafely.org/api/v2/")),
                        settings.find(TOKEN),
                        settings.get(POLL_INTERVAL, Duration.ofSeconds(5)),
                        settings.get(PLAIN_HTTP, PlainHttp.LOOPBACK_ONLY),
                        settings.get(CONNECT_TIMEOUT, Duration.ofSeconds(10)),
                        settings.get(ANSWER_TIMEOUT, Duration.ofSeconds(45)));
        if (section.plainHttp() == PlainHttp.LOOPBACK_ONLY
                && section.endpoint().getScheme().equals("http")
                && !Forms.isLoopback(section.endpoint())) {
            settings.problem(
                    ENDPOINT,
                    "must be https: the token would travel unencrypted to another host (if that network is trusted, set job_server.plain_http to allowed)");
        }
        return section;
    }
}

package org.securebackend.runner.config;

import java.net.URI;
import java.util.Optional;

/**
 * Where traces go.
 *
 * @param headers sent along, {@code name=value} pairs; none: no traces are sent
 * @param console whether traces are printed
 */
public record TelemetrySection(
        Optional<Secret> headers, URI endpoint, Console console, String serviceName) {

    /** Whether traces are printed. */
    public enum Console {
        SILENT,
        PRINTED
    }

    private static final Setting<Secret> HEADERS =
            Setting.secret("telemetry.headers")
                    .variable(
                            "OTEL_EXPORTER_OTLP_HEADERS",
                            Forms.SECRET.map(TelemetrySection::withoutQuotes, Secret::toString));
    private static final Setting<URI> ENDPOINT =
            Setting.of("telemetry.endpoint", Forms.WEB_URL).variable("OTEL_EXPORTER_OTLP_ENDPOINT");
    private static final Setting<Boolean> CONSOLE =
            Setting.of("telemetry.console", Forms.TRUTH)
                    .variable("OTEL_EXPORTER_CONSOLE", Forms.trueIfSet());
    private static final Setting<String> SERVICE_NAME =
            Setting.of("telemetry.service_name", Forms.TEXT).variable("OTEL_SERVICE_NAME");

    static TelemetrySection read(SettingReader settings) {
        return new TelemetrySection(
                settings.find(HEADERS),
                settings.get(ENDPOINT, URI.create("https://api.honeycomb.io")),
                settings.get(CONSOLE, false) ? Console.PRINTED : Console.SILENT,
                settings.get(SERVICE_NAME, "jobrunner"));
    }

    private static Secret withoutQuotes(Secret headers) {
        return headers.reveal(text -> {
            String plain = text.strip().replaceAll("^[\"']+|[\"']+$", "");
            if (plain.isBlank()) {
                throw new UnfitException("must be name=value pairs");
            }
            return new Secret(plain);
        });
    }
}

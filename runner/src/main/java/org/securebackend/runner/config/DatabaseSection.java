package org.securebackend.runner.config;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What database jobs get.
 *
 * @param urls by the name that requests use, {@code default} or {@code include_t1oo}
 * @param network of the engine, the only one that database jobs are in; leads to the database only
 * @param knownHosts addresses by host name, for hosts that this machine cannot resolve
 * @param stataLicense for jobs of the Stata image
 * @param maintenanceGrace how long running database jobs may go on once maintenance begins
 */
public record DatabaseSection(
        Map<String, Secret> urls,
        String network,
        Map<String, String> knownHosts,
        Optional<String> temporaryDatabase,
        Optional<PrestoTls> prestoTls,
        Optional<Secret> emisOrganisationHash,
        Optional<Secret> stataLicense,
        Duration maintenanceGrace) {

    /** The certificate and key of a TLS client, as they were in their files. */
    public record PrestoTls(Secret certificate, Secret key) {}

    private static final Setting<Secret> DEFAULT_URL =
            Setting.secret("databases.default_url").variable("DEFAULT_DATABASE_URL");
    private static final Setting<Secret> INCLUDE_T1OO_URL =
            Setting.secret("databases.include_t1oo_url").variable("INCLUDE_T1OO_DATABASE_URL");
    private static final Setting<String> NETWORK =
            Setting.of("databases.network", Forms.TEXT.checked(DatabaseSection::checkNetwork))
                    .variable("DATABASE_ACCESS_NETWORK")
                    .emptyIsAValue();
    private static final Setting<Map<String, String>> KNOWN_HOSTS =
            Setting.of("databases.known_hosts", Forms.PAIRS);
    private static final Setting<String> TEMPORARY =
            Setting.of("databases.temporary_database", Forms.TEXT).variable("TEMP_DATABASE_NAME");
    private static final Setting<Path> CERTIFICATE =
            Setting.of("databases.presto_tls_certificate", Forms.PATH)
                    .variable("PRESTO_TLS_CERT_PATH");
    private static final Setting<Path> KEY =
            Setting.of("databases.presto_tls_key", Forms.PATH).variable("PRESTO_TLS_KEY_PATH");
    private static final Setting<Secret> EMIS_HASH =
            Setting.secret("databases.emis_organisation_hash").variable("EMIS_ORGANISATION_HASH");
    private static final Setting<Secret> STATA =
            Setting.secret("databases.stata_license").variable("STATA_LICENSE");
    private static final Setting<Duration> MAINTENANCE_GRACE =
            Setting.of("databases.maintenance_grace", Forms.DURATION_OF);

    /** Names that an engine gives another meaning: with them a job would be in an open network. */
    private static final Set<String> OPEN_NETWORKS = Set.of("bridge", "default", "host", "none");

    public DatabaseSection {
        urls = Collections.unmodifiableMap(new LinkedHashMap<>(urls));
        knownHosts = Map.copyOf(knownHosts);
    }

    static DatabaseSection read(SettingReader settings) {
        var urls = new LinkedHashMap<String, Secret>();
        settings.find(DEFAULT_URL).ifPresent(url -> urls.put("default", url));
        settings.find(INCLUDE_T1OO_URL).ifPresent(url -> urls.put("include_t1oo", url));
        checkHost(settings, DEFAULT_URL, urls.get("default"));
        checkHost(settings, INCLUDE_T1OO_URL, urls.get("include_t1oo"));
        return new DatabaseSection(
                urls,
                settings.get(NETWORK, "jobrunner-db"),
                settings.get(KNOWN_HOSTS, Map.of()),
                settings.find(TEMPORARY),
                prestoTls(settings),
                settings.find(EMIS_HASH),
                settings.find(STATA),
                settings.get(MAINTENANCE_GRACE, Duration.ZERO));
    }

    // The host is the only one that a database job can reach. No message may repeat the URL.
    private static void checkHost(
            SettingReader settings, Setting<Secret> setting, @Nullable Secret url) {
        if (url != null && !url.reveal(DatabaseSection::namesHost)) {
            settings.problem(
                    setting,
                    "must be a URL with a host, such as dialect://user:password@host:port/name (special characters in a password as %XX)");
        }
    }

    private static boolean namesHost(String url) {
        try {
            return new URI(url).getHost() != null;
        } catch (URISyntaxException _) {
            return false;
        }
    }

    private static String checkNetwork(String name) {
        String plain = name.toLowerCase(Locale.ROOT);
        if (OPEN_NETWORKS.contains(plain) || plain.startsWith("container:")) {
            throw Forms.unfit("must be a network of its own that leads to the database only", name);
        }
        return name;
    }

    private static Optional<PrestoTls> prestoTls(SettingReader settings) {
        Optional<Path> certificate = settings.find(CERTIFICATE);
        Optional<Path> key = settings.find(KEY);
        if (certificate.isPresent() && key.isEmpty()) {
            settings.problem(CERTIFICATE, "needs databases.presto_tls_key too: both or neither");
        }
        if (key.isPresent() && certificate.isEmpty()) {
            settings.problem(KEY, "needs databases.presto_tls_certificate too: both or neither");
        }
        Optional<Secret> certificateText =
                certificate.flatMap(file -> content(settings, CERTIFICATE, file));
        Optional<Secret> keyText = key.flatMap(file -> content(settings, KEY, file));
        return certificateText.flatMap(text -> keyText.map(other -> new PrestoTls(text, other)));
    }

    private static Optional<Secret> content(
            SettingReader settings, Setting<Path> setting, Path file) {
        try {
            return Optional.of(new Secret(Files.readString(file)));
        } catch (IOException e) {
            settings.problem(
                    setting,
                    "the file '%s' cannot be read (%s)"
                            .formatted(file, e.getClass().getSimpleName()));
        } catch (IllegalArgumentException e) {
            settings.problem(setting, "the file '%s' is empty".formatted(file));
        }
        return Optional.empty();
    }
}

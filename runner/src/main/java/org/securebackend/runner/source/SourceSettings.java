package org.securebackend.runner.source;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where code may come from, by which way, and how much of it.
 *
 * @param cacheDirectory made when it is first needed
 * @param allowedOrganisations whose repositories may hold studies; letter case counts
 * @param rewrites where git traffic goes instead; what is checked and recorded stays as it was
 * @param token sent along to one host, if there is one
 */
public record SourceSettings(
        Path cacheDirectory,
        List<String> allowedOrganisations,
        Actions actions,
        List<Rewrite> rewrites,
        Optional<AccessToken> token,
        LocalRepositories localRepositories,
        Timeouts timeouts,
        Limits limits) {

    public SourceSettings {
        allowedOrganisations = List.copyOf(allowedOrganisations);
        rewrites =
                rewrites.stream()
                        .sorted(
                                Comparator.comparingInt((Rewrite rewrite) -> rewrite.from.length())
                                        .reversed())
                        .toList();
    }

    /** The same, with a cache of its own. */
    public SourceSettings cachedIn(Path directory) {
        return new SourceSettings(
                directory,
                allowedOrganisations,
                actions,
                rewrites,
                token,
                localRepositories,
                timeouts,
                limits);
    }

    /**
     * Where reusable actions are.
     *
     * @param organisationUrl without a final slash
     * @param approvedBranch the branch that an action's commit must have reached
     */
    public record Actions(String organisationUrl, String approvedBranch) {
        public static final Actions DEFAULT =
                new Actions("https://github.com/opensafely-actions", "main");
    }

    /**
     * Sends the traffic of every URL that starts with {@code from} to the URL with {@code to} in
     * its place. The longest {@code from} wins.
     *
     * @param to {@code https}, {@code http}, {@code file}, or an absolute path; without user info
     */
    public record Rewrite(String from, String to) {
        private static final Pattern FORM =
                Pattern.compile("(?:https?://[^/@\\s]+(?:/.*)?|(?:file://)?/.*)");

        public Rewrite {
            if (from.isBlank()) {
                throw new IllegalArgumentException("a rewrite needs a prefix to replace");
            }
            if (!FORM.matcher(to).matches()) {
                throw new IllegalArgumentException(
                        "git traffic goes to https, http, file or an absolute path, without a user"
                                + " or password");
            }
        }
    }

    /**
     * A secret for one host: sent only there, only over https.
     *
     * @param host name, and {@code :port} unless it is 443
     * @param user the name to go with it
     * @param secret never shown
     */
    public record AccessToken(String host, String user, String secret) {
        public AccessToken {
            host = host.toLowerCase(Locale.ROOT);
            if (host.isBlank() || secret.isBlank() || user.indexOf(':') >= 0) {
                throw new IllegalArgumentException("an access token needs a host and a value");
            }
        }

        /** As the proxy wants it: the user's name tells the backend. */
        public static AccessToken ofBackend(String host, String backend, String secret) {
            return new AccessToken(host, "jobrunner-" + backend, secret);
        }

        /** Leaves the secret out. */
        @Override
        public String toString() {
            return "AccessToken[host=%s, user=%s]".formatted(host, user);
        }
    }

    /** Whether a study's URL may be a path of this host: for development only. */
    public enum LocalRepositories {
        REFUSED,
        ALLOWED
    }

    /**
     * How long it may take.
     *
     * @param silence longest wait for a connection or the next byte; whole seconds
     * @param exchange longest duration of one exchange with a repository
     */
    public record Timeouts(Duration silence, Duration exchange) {
        public static final Timeouts DEFAULT =
                new Timeouts(Duration.ofSeconds(30), Duration.ofMinutes(10));

        public Timeouts {
            if (silence.toSeconds() < 1 || exchange.compareTo(silence) < 0) {
                throw new IllegalArgumentException("timeouts of git must be a second or more");
            }
        }
    }

    /**
     * How much it may be.
     *
     * @param fileBytes of a single file that is asked for, such as project.yaml
     * @param treeBytes of all files of a commit
     * @param treeEntries files, links and directories of a commit
     * @param downloadBytes of one exchange, as they come over the wire
     */
    public record Limits(long fileBytes, long treeBytes, int treeEntries, long downloadBytes) {
        public static final Limits DEFAULT = new Limits(4L << 20, 8L << 30, 100_000, 8L << 30);
    }
}

package org.securebackend.runner.devserver;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How a development server is set up.
 *
 * @param address to listen on; loopback unless somebody else must reach it
 * @param port to listen on, 0 for any free one
 * @param backends whose runners may poll and report
 * @param file where requests are kept between runs, JSON; empty: in memory only
 */
public record DevServerSettings(
        String address, int port, List<Backend> backends, Optional<Path> file) {
    private static final String LOOPBACK = "127.0.0.1";

    public DevServerSettings {
        backends = List.copyOf(backends);
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port not in 0..65535: " + port);
        }
        if (backends.isEmpty()) {
            throw new IllegalArgumentException("at least one backend is needed");
        }
        if (backends.stream().map(Backend::token).distinct().count() < backends.size()) {
            throw new IllegalArgumentException("two backends have the same token");
        }
    }

    /** A server in memory for this host alone, on any free port. */
    public static DevServerSettings onLoopback(Backend... backends) {
        return new DevServerSettings(LOOPBACK, 0, List.of(backends), Optional.empty());
    }

    /**
     * A backend that may ask for work.
     *
     * @param slug its name, such as {@code emis}
     * @param token by which its runner is known; never printed
     */
    public record Backend(String slug, String token) {
        public Backend {
            if (!slug.matches("[A-Za-z0-9_-]{1,50}")) {
                throw new IllegalArgumentException(
                        "a backend's name has 1 to 50 letters, digits, - or _");
            }
            if (token.isBlank()) {
                throw new IllegalArgumentException("the token of backend " + slug + " is empty");
            }
        }

        @Override
        public String toString() {
            return "Backend[" + slug + "]";
        }
    }
}

package org.securebackend.runner.server;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import org.securebackend.runner.server.JobServerSettings.PlainHttp;

/**
 * Where the job server's API begins, without slashes at the end. Every address that a call goes to
 * is made here, so that the token cannot leave this scheme, host and port.
 */
record Endpoint(URI base) {
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    /** Checks that a token may be sent to {@code uri}. */
    static Endpoint of(URI uri, PlainHttp plainHttp) {
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        String host = uri.getHost();
        if (host == null || !(scheme.equals("https") || scheme.equals("http"))) {
            throw new IllegalArgumentException(
                    "the endpoint is not an http(s) address with a host");
        }
        if (uri.getRawUserInfo() != null
                || uri.getRawQuery() != null
                || uri.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    "the endpoint must not hold a user, a query or a fragment");
        }
        if (scheme.equals("http") && plainHttp == PlainHttp.LOOPBACK_ONLY && !isLoopback(host)) {
            throw new IllegalArgumentException(
                    "the endpoint must begin with https: the token would travel unencrypted");
        }
        String path = uri.getRawPath() == null ? "" : uri.getRawPath();
        String text = scheme + "://" + uri.getRawAuthority() + withoutSlashesAtEnd(path);
        return new Endpoint(URI.create(text));
    }

    private static String withoutSlashesAtEnd(String path) {
        int end = path.length();
        while (end > 0 && path.charAt(end - 1) == '/') {
            end--;
        }
        return path.substring(0, end);
    }

    /** By its text alone: no name is looked up, so that no resolver can be fooled. */
    private static boolean isLoopback(String host) {
        return host.equalsIgnoreCase("localhost")
                || host.equals("[::1]")
                || host.matches("127(\\.\\d{1,3}){3}");
    }

    /** The first page of active requests. */
    URI jobRequests(String backend) {
        String query = "?backend=" + URLEncoder.encode(backend, StandardCharsets.UTF_8);
        return URI.create(base + "/job-requests/" + query);
    }

    /** Where jobs are reported. */
    URI jobs() {
        return URI.create(base + "/jobs/");
    }

    /**
     * The address of the page that an answer named as the next one, or empty if that is elsewhere.
     * A server behind a proxy may think that it is spoken to by plain http; its pages are asked for
     * in the endpoint's own way.
     *
     * @param next as the server wrote it, relative to {@code page}
     */
    Optional<URI> nextPage(URI page, String next) {
        URI uri;
        try {
            uri = page.resolve(next);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        if (!isHere(uri)) {
            return Optional.empty();
        }
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        String origin = base.getScheme() + "://" + base.getRawAuthority();
        return Optional.of(URI.create(origin + uri.getRawPath() + query));
    }

    private boolean isHere(URI uri) {
        return uri.getHost() != null
                && uri.getRawUserInfo() == null
                && uri.getHost().equalsIgnoreCase(base.getHost())
                && (isSameSchemeAndPort(uri) || isPlainTwin(uri));
    }

    private boolean isSameSchemeAndPort(URI uri) {
        return base.getScheme().equalsIgnoreCase(uri.getScheme()) && port(uri) == port(base);
    }

    private boolean isPlainTwin(URI uri) {
        return "http".equalsIgnoreCase(uri.getScheme())
                && port(uri) == HTTP_PORT
                && base.getScheme().equals("https")
                && port(base) == HTTPS_PORT;
    }

    private static int port(URI uri) {
        if (uri.getPort() >= 0) {
            return uri.getPort();
        }
        return "https".equalsIgnoreCase(uri.getScheme()) ? HTTPS_PORT : HTTP_PORT;
    }
}

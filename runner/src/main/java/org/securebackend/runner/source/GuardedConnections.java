package org.securebackend.runner.source;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Proxy;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.jgit.transport.http.HttpConnection;
import org.eclipse.jgit.transport.http.JDKHttpConnection;
import org.eclipse.jgit.transport.http.JDKHttpConnectionFactory;
import org.securebackend.runner.source.SourceSettings.AccessToken;

/**
 * The HTTP connections of one exchange. Every connection is looked at by itself, those after a
 * redirect too: it must stay beside the repository that was asked for, and it carries the token
 * only if it goes to the token's host over https. The token is never part of a URL, so no message
 * can hold it.
 */
final class GuardedConnections extends JDKHttpConnectionFactory {
    private static final int HTTPS_PORT = 443;

    private final String neighbourhood;
    private final Optional<AccessToken> token;
    private final Exchange exchange;

    /**
     * @param trafficUrl where the repository is asked for
     */
    GuardedConnections(String trafficUrl, Optional<AccessToken> token, Exchange exchange) {
        this.neighbourhood = trafficUrl.substring(0, trafficUrl.lastIndexOf('/') + 1);
        this.token = token;
        this.exchange = exchange;
    }

    @Override
    public HttpConnection create(URL url) throws IOException {
        return create(url, Proxy.NO_PROXY);
    }

    @Override
    public HttpConnection create(URL url, Proxy proxy) throws IOException {
        if (!url.toString().startsWith(neighbourhood) || url.getPath().contains("/../")) {
            throw new RedirectedException();
        }
        exchange.check();
        var connection = new Guarded(url, proxy, exchange);
        token.filter(secret -> isFor(secret, url))
                .ifPresent(secret -> connection.setRequestProperty("Authorization", basic(secret)));
        return connection;
    }

    /** Whether the token may go there. */
    static boolean isFor(AccessToken token, URL url) {
        return url.getProtocol().equals("https") && hostOf(url).equals(token.host());
    }

    private static String hostOf(URL url) {
        String host = url.getHost().toLowerCase(Locale.ROOT);
        return url.getPort() == -1 || url.getPort() == HTTPS_PORT
                ? host
                : host + ":" + url.getPort();
    }

    static String basic(AccessToken token) {
        byte[] pair = (token.user() + ":" + token.secret()).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(pair);
    }

    /** The other side sent us to a place that nobody checked. */
    static final class RedirectedException extends IOException {
        private static final long serialVersionUID = 1L;

        RedirectedException() {
            super("redirected away from the repository's organisation or host");
        }
    }

    private static final class Guarded extends JDKHttpConnection {
        private static final String LIST_TYPE = "application/x-git-upload-pack-advertisement";

        private final Exchange exchange;

        Guarded(URL url, Proxy proxy, Exchange exchange) throws IOException {
            super(url, proxy);
            this.exchange = exchange;
        }

        @Override
        public int getResponseCode() throws IOException {
            int status = super.getResponseCode();
            exchange.answered(status);
            if (status == HTTP_OK && isList() && !LIST_TYPE.equals(getContentType())) {
                throw new IOException("the answer is not that of a git server");
            }
            return status;
        }

        /** Whether refs are asked for. Without their own content type, anything passes for some. */
        private boolean isList() {
            return getURL().getPath().endsWith("/info/refs");
        }

        @Override
        public InputStream getInputStream() throws IOException {
            return new Counted(super.getInputStream(), exchange);
        }
    }

    private static final class Counted extends FilterInputStream {
        private final Exchange exchange;

        Counted(InputStream in, Exchange exchange) {
            super(in);
            this.exchange = exchange;
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            exchange.received(value < 0 ? 0 : 1);
            return value;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int count = super.read(buffer, offset, length);
            exchange.received(Math.max(count, 0));
            return count;
        }
    }
}

package org.securebackend.runner.source;

import java.io.EOFException;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.errors.NoRemoteRepositoryException;
import org.eclipse.jgit.errors.NotSupportedException;
import org.eclipse.jgit.errors.TransportException;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.FetchConnection;
import org.eclipse.jgit.transport.FilterSpec;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.TagOpt;
import org.eclipse.jgit.transport.Transport;
import org.eclipse.jgit.transport.TransportHttp;
import org.eclipse.jgit.transport.URIish;
import org.jspecify.annotations.Nullable;
import org.securebackend.runner.source.GitTrafficException.Trouble;
import org.securebackend.runner.source.SourceSettings.Rewrite;

/** Asks repositories, wherever the rewrites say that they are. Never prompts for anything. */
final class GitRemote {
    private static final int HTTP_MOVED = 301;
    private static final int HTTP_FOUND = 302;
    private static final int HTTP_TEMPORARY = 307;
    private static final int HTTP_PERMANENT = 308;
    private static final int HTTP_UNAUTHORIZED = 401;
    private static final int HTTP_FORBIDDEN = 403;
    private static final int HTTP_NOT_FOUND = 404;
    private static final int HTTP_GONE = 410;
    private static final int HTTP_TOO_MANY = 429;
    private static final int HTTP_SERVER_ERRORS = 500;
    private static final int DEEPEST_CAUSE = 20;

    private final SourceSettings settings;
    private final Secrets secrets;

    GitRemote(SourceSettings settings) {
        this.settings = settings;
        this.secrets = new Secrets(settings.token());
    }

    /** Which objects a fetch is for. */
    enum Content {
        EVERYTHING,
        /** Commits without their files, where the other side can do that; else everything. */
        COMMITS
    }

    /**
     * What to fetch.
     *
     * @param refSpec a whole commit id, or {@code +theirs:ours}
     * @param depth number of commits from the newest, or no limit
     */
    record Wanted(String refSpec, OptionalInt depth, Content content) {}

    /** Whether the repository lies on a disk of this host. */
    boolean isLocal(RepositoryUrl repository) {
        String traffic = traffic(repository);
        return traffic.startsWith("/") || traffic.startsWith("file:");
    }

    /** The URL that is really asked. */
    String traffic(RepositoryUrl repository) {
        String url = repository.text();
        for (Rewrite rewrite : settings.rewrites()) {
            if (url.startsWith(rewrite.from())) {
                return rewrite.to() + url.substring(rewrite.from().length());
            }
        }
        return url;
    }

    /** What those of the named refs point at that the repository has; annotated tags are peeled. */
    Map<String, ObjectId> refs(Repository local, RepositoryUrl repository, List<String> names)
            throws GitTrafficException {
        return exchange(
                local,
                repository,
                (transport, exchange) -> {
                    try (FetchConnection connection =
                            transport.openFetch(List.of(), names.toArray(String[]::new))) {
                        var found = new HashMap<String, ObjectId>();
                        for (String name : names) {
                            target(connection.getRef(name)).ifPresent(id -> found.put(name, id));
                        }
                        return found;
                    }
                });
    }

    private static Optional<ObjectId> target(@Nullable Ref ref) {
        return Optional.ofNullable(ref)
                .flatMap(known ->
                        Optional.ofNullable(known.getPeeledObjectId())
                                .or(() -> Optional.ofNullable(known.getObjectId())));
    }

    /** Fetches into {@code local}. */
    void fetch(Repository local, RepositoryUrl repository, Wanted wanted)
            throws GitTrafficException {
        exchange(
                local,
                repository,
                (transport, exchange) -> {
                    transport.setTagOpt(TagOpt.NO_TAGS);
                    if (wanted.depth().isPresent()) {
                        transport.setDepth(wanted.depth().getAsInt());
                    }
                    var refSpecs = List.of(new RefSpec(wanted.refSpec()));
                    if (wanted.content() == Content.COMMITS) {
                        transport.setFilterSpec(FilterSpec.fromFilterLine("tree:0"));
                        try {
                            transport.fetch(exchange, refSpecs);
                            return wanted;
                        } catch (TransportException e) {
                            if (!isFilterUnknown(e)) {
                                throw e;
                            }
                            transport.setFilterSpec(FilterSpec.NO_FILTER);
                        }
                    }
                    transport.fetch(exchange, refSpecs);
                    return wanted;
                });
    }

    private static boolean isFilterUnknown(TransportException e) {
        return String.valueOf(e.getMessage()).contains("filter requires");
    }

    private interface Talk<T> {
        T with(Transport transport, Exchange exchange) throws IOException;
    }

    private <T> T exchange(Repository local, RepositoryUrl repository, Talk<T> talk)
            throws GitTrafficException {
        String traffic = traffic(repository);
        var exchange =
                new Exchange(settings.timeouts().exchange(), settings.limits().downloadBytes());
        try (Transport transport = Transport.open(local, new URIish(traffic))) {
            transport.setTimeout(Math.toIntExact(settings.timeouts().silence().toSeconds()));
            transport.setCredentialsProvider(null);
            if (transport instanceof TransportHttp http) {
                http.setHttpConnectionFactory(
                        new GuardedConnections(traffic, settings.token(), exchange));
            }
            return talk.with(transport, exchange);
        } catch (IOException | URISyntaxException e) {
            throw new GitTrafficException(
                    trouble(e, exchange, isTokenSent(traffic)), secrets.mask(e));
        }
    }

    private boolean isTokenSent(String traffic) {
        try {
            var url = URI.create(traffic).toURL();
            return settings.token().filter(t -> GuardedConnections.isFor(t, url)).isPresent();
        } catch (IllegalArgumentException | MalformedURLException e) {
            return false;
        }
    }

    private static Trouble trouble(Exception error, Exchange exchange, boolean tokenSent) {
        if (exchange.isInterrupted()) {
            return Trouble.INTERRUPTED;
        }
        if (exchange.isTooLarge()) {
            return Trouble.TOO_LARGE;
        }
        if (exchange.isCancelled()) {
            return Trouble.UNREACHABLE;
        }
        int status = exchange.status();
        if (status >= HTTP_SERVER_ERRORS) {
            return Trouble.UNREACHABLE;
        }
        return switch (status) {
            case HTTP_NOT_FOUND, HTTP_GONE -> Trouble.NO_REPOSITORY;
            case HTTP_UNAUTHORIZED -> tokenSent ? Trouble.NOT_WELCOME : Trouble.NO_REPOSITORY;
            case HTTP_FORBIDDEN, HTTP_TOO_MANY -> Trouble.NOT_WELCOME;
            case HTTP_MOVED, HTTP_FOUND, HTTP_TEMPORARY, HTTP_PERMANENT -> Trouble.REDIRECTED;
            default -> trouble(error);
        };
    }

    private static Trouble trouble(Exception error) {
        for (Throwable cause : chain(error)) {
            if (cause instanceof GuardedConnections.RedirectedException) {
                return Trouble.REDIRECTED;
            }
            if (cause instanceof NoRemoteRepositoryException
                    || cause instanceof NotSupportedException
                    || cause instanceof URISyntaxException) {
                return Trouble.NO_REPOSITORY;
            }
            if (isUnknownObject(String.valueOf(cause.getMessage()))) {
                return Trouble.NO_COMMIT;
            }
            if (cause instanceof MissingObjectException
                    || cause instanceof CorruptObjectException) {
                return Trouble.CACHE;
            }
            if (cause instanceof EOFException) {
                return Trouble.UNREACHABLE;
            }
        }
        return Trouble.UNREACHABLE;
    }

    /** What git and JGit say about a commit that they do not have or do not give. */
    private static boolean isUnknownObject(String message) {
        String text = message.toLowerCase(Locale.ROOT);
        return text.contains("not our ref")
                || (text.contains("want ") && text.contains("not valid"))
                || text.contains("remote does not have ");
    }

    private static List<Throwable> chain(Throwable error) {
        var chain = new ArrayList<Throwable>();
        for (Throwable cause = error;
                cause != null && chain.size() < DEEPEST_CAUSE;
                cause = cause.getCause()) {
            chain.add(cause);
        }
        return chain;
    }
}

package org.securebackend.runner.devserver;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;

/**
 * A job server for development, demos and tests: the v2 protocol, a page for people, and the same
 * for scripts below {@code /api/}. Thread-safe; serves from {@link #start} until {@link #close}.
 */
public final class DevServer implements AutoCloseable {
    static {
        // Answers are small: without this each waits 40 ms for the client's acknowledgement.
        if (System.getProperty("sun.net.httpserver.nodelay") == null) {
            System.setProperty("sun.net.httpserver.nodelay", "true");
        }
    }

    private static final int BACKLOG = 100;

    private final RequestBook book;
    private final BackendDesk desk;
    private final Clerk clerk;
    private final Events events;
    private final Listings listings = new Listings();
    private final HttpServer http;
    private final ExecutorService workers;

    /**
     * Takes its port, but does not answer yet.
     *
     * @throws UncheckedIOException if the port is taken, or the file of requests cannot be read
     */
    public DevServer(DevServerSettings settings, PipelineText pipelines, InstantSource clock) {
        this.book = new RequestBook(new BookFile(settings.file()));
        this.desk = new BackendDesk(settings.backends());
        this.clerk = new Clerk(book, desk, clock);
        this.events = new Events(book);
        this.workers =
                Executors.newThreadPerTaskExecutor(
                        Thread.ofVirtual().name("dev-server-", 0).factory());
        this.http = bound(settings);
        http.setExecutor(workers);
        var guard = new Guard(settings.address());
        var page = new PageApi(book, desk, clerk, events, pipelines);
        http.createContext(V2Api.ROOT, new Door(new V2Api(book, desk, clock, listings)));
        http.createContext(PageApi.ROOT, new Door(guarded(guard, page)));
        http.createContext("/", new Door(guarded(guard, new StaticFiles(book))));
    }

    private static HttpServer bound(DevServerSettings settings) {
        try {
            var address =
                    new InetSocketAddress(
                            InetAddress.getByName(settings.address()), settings.port());
            return HttpServer.create(address, BACKLOG);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    new IOException(
                            "cannot listen on %s port %d"
                                    .formatted(settings.address(), settings.port()),
                            e));
        }
    }

    private static Door.Handler guarded(Guard guard, Door.Handler inside) {
        return call -> {
            Optional<Answer> objection = guard.objection(call);
            return objection.isPresent() ? objection.get() : inside.answer(call);
        };
    }

    /** Begins to answer. */
    public DevServer start() {
        http.start();
        return this;
    }

    /** What a runner needs as its endpoint. */
    public URI endpoint() {
        return base().resolve(V2Api.ROOT);
    }

    /** Where people find the page. */
    public URI pageUrl() {
        return base();
    }

    /** Where people find a request. */
    public URI pageUrl(String requestId) {
        return base().resolve("/requests/" + requestId);
    }

    private URI base() {
        InetSocketAddress address = http.getAddress();
        String host =
                address.getAddress().isAnyLocalAddress()
                        ? "127.0.0.1"
                        : address.getAddress().getHostAddress();
        String quoted = host.contains(":") ? "[" + host + "]" : host;
        return URI.create("http://%s:%d/".formatted(quoted, address.getPort()));
    }

    /**
     * Accepts a request, as the page does.
     *
     * @throws IllegalArgumentException if its backend is unknown or its id is taken
     */
    public RequestRecord submit(NewRequest wish) {
        try {
            return clerk.submit(wish);
        } catch (BadInputException e) {
            throw new IllegalArgumentException(Json.write(e.answer()), e);
        }
    }

    /** A request as it stands now. */
    public Optional<RequestRecord> request(String id) {
        return book.find(id);
    }

    /**
     * Waits until {@code condition} holds for a request.
     *
     * @return the request as it was last looked at: the condition may fail if the time is over
     */
    public Optional<RequestRecord> await(
            String id, Predicate<RequestRecord> condition, Duration patience)
            throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            long version = book.version();
            Optional<RequestRecord> request = book.find(id);
            Duration left = Duration.ofNanos(deadline - System.nanoTime());
            if (request.filter(condition).isPresent() || !left.isPositive()) {
                return request;
            }
            book.awaitChange(version, left);
        }
    }

    /** All requests, newest first. */
    public List<RequestRecord> requests() {
        return book.newestFirst();
    }

    /** Gives up all jobs of a request that are known and not completed; empty if it is unknown. */
    public Optional<RequestRecord> cancel(String id) {
        return book.cancel(id);
    }

    /** Gives up these actions of a request; empty if it is unknown. */
    public Optional<RequestRecord> cancel(String id, Collection<String> actions) {
        return book.cancel(id, actions);
    }

    /** When a backend's runner called last. */
    public Optional<Instant> lastSeen(String backend) {
        return desk.lastSeen(backend);
    }

    /** When a poll first listed a request, by the clock of {@link System#nanoTime}. */
    public OptionalLong firstListed(String request) {
        return listings.listed(request);
    }

    /** When a poll first listed a request with cancelled actions, by the same clock. */
    public OptionalLong cancellationListed(String request) {
        return listings.cancelled(request);
    }

    /** The flags that a backend's runner sent last, JSON. */
    public Optional<String> flags(String backend) {
        return desk.flags(backend).map(Json::write);
    }

    /** Stops answering at once and frees the port. */
    @Override
    public void close() {
        events.close();
        http.stop(0);
        workers.shutdownNow();
    }
}

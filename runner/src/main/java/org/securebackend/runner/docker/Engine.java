package org.securebackend.runner.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.transport.DockerHttpClient.Request;
import com.github.dockerjava.transport.DockerHttpClient.Response;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.securebackend.runner.executor.ExecutorException;
import org.securebackend.runner.executor.ExecutorUnavailableException;

/**
 * The one line to the Docker engine: every call is bounded in time, and its failures are told apart
 * into what may pass and what will not. Safe for use by several threads.
 */
final class Engine implements AutoCloseable {
    /** Said by calls that answer nothing else. */
    enum Done {
        DONE,
        /** There was nothing to do. */
        DONE_BEFORE
    }

    /** Reads the body of an answer; on a thread of its own. */
    interface BodyReader {
        void read(InputStream body) throws IOException;
    }

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final int LONGEST_COMPLAINT_BYTES = 4096;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Duration timeout;
    private final DockerHttpClient transport;
    private final DockerClient client;

    Engine(URI address, Duration timeout) {
        this.timeout = timeout;
        this.transport =
                new ZerodepDockerHttpClient.Builder()
                        .dockerHost(address)
                        .connectionTimeout(CONNECT_TIMEOUT)
                        .build();
        this.client =
                DockerClientImpl.getInstance(
                        DefaultDockerClientConfig.createDefaultConfigBuilder()
                                .withDockerHost(address.toString())
                                .withDockerTlsVerify(false)
                                .build(),
                        transport);
    }

    /** Asks for something; the question must not answer null. */
    <T> Answer<T> ask(String what, Function<DockerClient, T> question) {
        try {
            return new BoundedCall(timeout)
                    .run(what, () -> new Answer.Given<>(question.apply(client)));
        } catch (ExecutionException e) {
            return answerIn(what, e.getCause());
        }
    }

    /** Tells the engine to do something; fine if that is done already. */
    Answer<Done> tell(String what, Consumer<DockerClient> order) {
        return tell(what, Duration.ZERO, order);
    }

    /** As {@link #tell(String, Consumer)}, for an order that takes so much longer than others. */
    Answer<Done> tell(String what, Duration longer, Consumer<DockerClient> order) {
        try {
            return new BoundedCall(timeout.plus(longer))
                    .run(
                            what,
                            () -> {
                                order.accept(client);
                                return new Answer.Given<>(Done.DONE);
                            });
        } catch (ExecutionException e) {
            return e.getCause() instanceof NotModifiedException
                    ? new Answer.Given<>(Done.DONE_BEFORE)
                    : answerIn(what, e.getCause());
        }
    }

    /** Gets a document. */
    Answer<JsonNode> json(String what, String path) {
        try {
            return new BoundedCall(timeout)
                    .run(
                            what,
                            () -> {
                                try (Response response = transport.execute(get(path))) {
                                    Answer<Done> status = statusOf(what, response);
                                    return switch (status) {
                                        case Answer.Given<Done> _ ->
                                                new Answer.Given<>(
                                                        JSON.readTree(response.getBody()));
                                        case Answer.NotFound<Done>(var message) ->
                                                new Answer.NotFound<>(message);
                                        case Answer.Conflict<Done>(var message) ->
                                                new Answer.Conflict<>(message);
                                    };
                                }
                            });
        } catch (ExecutionException e) {
            return answerIn(what, e.getCause());
        }
    }

    /** Reads a long answer, piece by piece; only the time between two pieces is bounded. */
    Answer<Done> read(String what, Request request, BodyReader reader) throws IOException {
        return read(what, request, reader, () -> 0);
    }

    /** As above, and waits on for as long as {@code excuse} changes: its reader is at work. */
    Answer<Done> read(String what, Request request, BodyReader reader, LongSupplier excuse)
            throws IOException {
        var progress = new AtomicLong();
        var broken = new AtomicReference<@Nullable IOException>();
        try {
            return new BoundedCall(timeout)
                    .run(
                            what,
                            () -> {
                                try (Response response = transport.execute(request)) {
                                    Answer<Done> status = statusOf(what, response);
                                    if (status instanceof Answer.Given) {
                                        reader.read(
                                                new Watched(response.getBody(), progress, broken));
                                    }
                                    return status;
                                }
                            },
                            () -> progress.get() + excuse.getAsLong());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure && !failure.equals(broken.get())) {
                throw failure;
            }
            return answerIn(what, e.getCause());
        }
    }

    /** Sends a long body, which must be taken piece by piece: {@code progress} must change. */
    Answer<Done> send(String what, Request request, LongSupplier progress) {
        try {
            return new BoundedCall(timeout)
                    .run(
                            what,
                            () -> {
                                try (Response response = transport.execute(request)) {
                                    return statusOf(what, response);
                                }
                            },
                            progress);
        } catch (ExecutionException e) {
            return answerIn(what, e.getCause());
        }
    }

    /** Opens an answer without an end. The caller closes it, from whichever thread. */
    Response open(String what, String path) {
        var opened = new AtomicReference<@Nullable Response>();
        boolean given = false;
        try {
            Answer<Response> answer =
                    new BoundedCall(timeout)
                            .run(
                                    what,
                                    () -> {
                                        Response response = transport.execute(get(path));
                                        opened.set(response);
                                        orRefuse(what, statusOf(what, response));
                                        return new Answer.Given<>(response);
                                    });
            given = true;
            return orRefuse(what, answer);
        } catch (ExecutionException e) {
            return orRefuse(what, answerIn(what, e.getCause()));
        } finally {
            Response left = opened.get();
            if (!given && left != null) {
                left.close();
            }
        }
    }

    /** For calls to which the engine has no reason to say anything but yes. */
    static <T> T orRefuse(String what, Answer<T> answer) {
        return switch (answer) {
            case Answer.Given<T>(var value) -> value;
            case Answer.NotFound<T>(var message) -> throw refused(what, message);
            case Answer.Conflict<T>(var message) -> throw refused(what, message);
        };
    }

    static ExecutorException refused(String what, String message) {
        return new ExecutorException(
                "the Docker engine refused: %s: %s".formatted(what, message), null);
    }

    static Request get(String path) {
        return Request.builder().method(Request.Method.GET).path(path).build();
    }

    private static Answer<Done> statusOf(String what, Response response) throws IOException {
        int status = response.getStatusCode();
        if (status >= 200 && status < 300) {
            return new Answer.Given<>(Done.DONE);
        }
        byte[] complaint = response.getBody().readNBytes(LONGEST_COMPLAINT_BYTES);
        return answerIn(
                what,
                status == 404
                        ? new NotFoundException(messageIn(complaint))
                        : new DockerException(messageIn(complaint), status));
    }

    private static String messageIn(byte[] complaint) {
        try {
            return JSON.readTree(complaint).path("message").asText("no reason given");
        } catch (IOException e) {
            return "an answer that is not JSON";
        }
    }

    private static <T> Answer<T> answerIn(String what, @Nullable Throwable problem) {
        return switch (problem) {
            case NotFoundException e -> new Answer.NotFound<>(EngineFailure.reason(e));
            case ConflictException e -> new Answer.Conflict<>(EngineFailure.reason(e));
            case DockerException e -> throw EngineFailure.of(what, e);
            case ExecutorException e -> throw e;
            case Error e -> throw e;
            case null, default ->
                    throw new ExecutorUnavailableException(
                            "the Docker engine cannot be reached: " + what, problem);
        };
    }

    @Override
    public void close() {
        try {
            client.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close the line to the Docker engine", e);
        }
    }

    /** Counts what comes, and remembers which failures are the engine's and not the reader's. */
    private static final class Watched extends FilterInputStream {
        private final AtomicLong progress;
        private final AtomicReference<@Nullable IOException> broken;

        Watched(
                InputStream body,
                AtomicLong progress,
                AtomicReference<@Nullable IOException> broken) {
            super(body);
            this.progress = progress;
            this.broken = broken;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            try {
                int count = in.read(buffer, offset, length);
                progress.incrementAndGet();
                return count;
            } catch (IOException e) {
                broken.set(e);
                throw e;
            }
        }
    }
}

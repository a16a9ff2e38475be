package org.securebackend.runner.docker;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.transport.DockerHttpClient.Response;
import java.io.IOException;
import java.net.URLEncoder;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.securebackend.runner.executor.Execution;
import org.securebackend.runner.executor.Executor.Listener;
import org.securebackend.runner.executor.ExecutorException;
import org.securebackend.runner.job.Exit;
import org.securebackend.runner.job.JobId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the engine's events for ends of this runner's containers, and comes back after a break.
 * What happened shortly before a connection is asked for again, so that nothing falls into the gap
 * while the engine sets a connection up; a listener may therefore hear of an end twice.
 */
final class Exits implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Exits.class);
    private static final Pattern EXIT_CODE = Pattern.compile("[0-9]{1,3}");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration OVERLAP = Duration.ofSeconds(2);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);

    private final Engine engine;
    private final Containers containers;
    private final Labels labels;
    private final Listener listener;
    private final InstantSource clock;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    private Duration pause = FIRST_PAUSE;

    Exits(Engine engine, Containers containers, Labels labels, Listener listener) {
        this.engine = engine;
        this.containers = containers;
        this.labels = labels;
        this.listener = listener;
        this.clock = InstantSource.system();
        this.thread = Thread.ofVirtual().name("docker-exits").unstarted(this::run);
    }

    Exits begin() {
        thread.start();
        return this;
    }

    private void run() {
        while (isOpen()) {
            String reason = followUntilItBreaks();
            if (isOpen()) {
                report(reason);
                listener.lost();
                rest();
            }
        }
    }

    /** Returns why it ended. */
    private String followUntilItBreaks() {
        try {
            follow();
            return "the stream ended";
        } catch (ExecutorException | IOException e) {
            LOG.debug("The Docker engine's events broke off", e);
            return String.valueOf(e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("Following the Docker engine's events failed", e);
            return "an error of ours";
        }
    }

    /** Says it once for each break, not for each attempt. */
    private void report(String reason) {
        if (pause.equals(FIRST_PAUSE)) {
            LOG.warn("No events from the Docker engine, trying until it is back: {}", reason);
        }
    }

    private void follow() throws IOException {
        try (Response opened = engine.open("follow events", path(clock.instant().minus(OVERLAP)))) {
            if (!isOpen()) {
                return;
            }
            LOG.info("Following the Docker engine's events");
            listener.connected();
            pause = FIRST_PAUSE;
            MappingIterator<JsonNode> events =
                    JSON.readerFor(JsonNode.class).readValues(opened.getBody());
            while (events.hasNextValue()) {
                tell(events.nextValue());
            }
        }
    }

    private String path(Instant since) {
        return "/events?since=%d.%09d&filters=%s"
                .formatted(
                        since.getEpochSecond(),
                        since.getNano(),
                        URLEncoder.encode(Containers.endsOf(labels.filter()).toString(), UTF_8));
    }

    private void tell(JsonNode event) {
        JsonNode attributes = event.path("Actor").path("Attributes");
        Optional<JobId> job = Labels.jobIn(attributes.path("name").asText(""));
        if (job.isEmpty()) {
            return;
        }
        Optional<Execution.Ended> end = plainEnd(event, attributes.path("exitCode").asText(""));
        // After a break old events come again, perhaps of a container that is long replaced.
        boolean current =
                containers.isCurrent(job.get(), event.path("Actor").path("ID").asText(""));
        if (current && end.isPresent()) {
            listener.ended(job.get(), end.get());
        } else {
            tellOf(job.get());
        }
    }

    /** The event says it all, but for programs that were killed, perhaps for their memory. */
    private static Optional<Execution.Ended> plainEnd(JsonNode event, String exitCode) {
        long nanos = event.path("timeNano").asLong(0);
        if (nanos <= 0 || !EXIT_CODE.matcher(exitCode).matches()) {
            return Optional.empty();
        }
        int code = Integer.parseInt(exitCode);
        return code > 255 || code == Exit.KILLED
                ? Optional.empty()
                : Optional.of(new Execution.Ended(Exit.of(code), Instant.ofEpochSecond(0, nanos)));
    }

    private void tellOf(JobId job) {
        if (containers.inspect(job) instanceof Execution.Ended end) {
            listener.ended(job, end);
        }
    }

    /** Waits longer each time, a little at random, and not at all once closed. */
    private void rest() {
        long millis = pause.toMillis();
        try {
            closed.await(
                    ThreadLocalRandom.current().nextLong(millis / 2, millis + 1),
                    TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            closed.countDown();
        }
        Duration next = pause.multipliedBy(2);
        pause = next.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : next;
    }

    private boolean isOpen() {
        return closed.getCount() > 0;
    }

    /** Returns when no more will be told. */
    @Override
    public void close() {
        closed.countDown();
        thread.interrupt();
        if (Thread.currentThread() != thread) {
            join();
        }
    }

    private void join() {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

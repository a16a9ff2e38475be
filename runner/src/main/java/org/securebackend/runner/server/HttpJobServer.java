package org.securebackend.runner.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobMetrics;
import org.securebackend.runner.job.JobRequest;
import org.securebackend.runner.job.RequestId;
import org.securebackend.runner.server.JobServerException.Kind;

/**
 * The job server over HTTP (protocol, sections 1 to 5). The token goes to the endpoint's own
 * scheme, host and port and nowhere else: redirects are errors, and a next page elsewhere is too.
 * Safe for several threads; every call ends within the {@link JobServerSettings.Limits}.
 */
public final class HttpJobServer implements JobServer, AutoCloseable {
    /** No backend has that many active requests: a server that goes on counts in circles. */
    private static final int MOST_PAGES = 1000;

    private final JobServerSettings settings;
    private final Endpoint endpoint;
    private final InstantSource clock;
    private final Calls calls;

    public HttpJobServer(JobServerSettings settings, InstantSource clock) {
        this.settings = settings;
        this.endpoint = Endpoint.of(settings.endpoint(), settings.plainHttp());
        this.clock = clock;
        this.calls = new Calls(settings);
    }

    @Override
    public Poll poll(Map<String, FlagValue> flags) {
        var collected = new Collected();
        String header = WireJson.flags(flags);
        var seen = new HashSet<URI>();
        long deadline = System.nanoTime() + settings.limits().poll().toNanos();
        URI page = endpoint.jobRequests(settings.backend());
        while (true) {
            if (!seen.add(page) || seen.size() > MOST_PAGES) {
                throw notTheProtocol("names page after page without an end");
            }
            JsonNode answer = calls.get(page, header, patience(deadline));
            collected.addAll(results(answer), clock.instant());
            JsonNode next = answer.path("next");
            if (next.isMissingNode() || next.isNull()) {
                return collected.oldestFirst();
            }
            page = following(page, next);
        }
    }

    private Duration patience(long deadline) {
        Duration left = Duration.ofNanos(deadline - System.nanoTime());
        if (!left.isPositive()) {
            throw notTheProtocol("took too long over all its pages of requests");
        }
        Duration usual = settings.limits().answer();
        return left.compareTo(usual) < 0 ? left : usual;
    }

    private static JsonNode results(JsonNode answer) {
        JsonNode results = answer.path("results");
        if (!results.isArray()) {
            throw notTheProtocol("answered a poll without an array of results");
        }
        return results;
    }

    private URI following(URI page, JsonNode next) {
        if (!next.isTextual()) {
            throw notTheProtocol("names a next page that is not text");
        }
        return endpoint.nextPage(page, next.asText())
                .orElseThrow(() ->
                        notTheProtocol("names a next page that is not its own; not followed"));
    }

    private static JobServerException notTheProtocol(String what) {
        return new JobServerException(Kind.UNREACHABLE, "the job server " + what, null);
    }

    @Override
    public void report(List<RequestReport> reports, Map<String, FlagValue> flags, Instant now) {
        ArrayNode body = JsonNodeFactory.instance.arrayNode();
        reports.stream()
                .sorted(Comparator.comparing(RequestReport::request))
                .flatMap(report -> report.jobs().stream().map(job -> element(report, job, now)))
                .forEach(body::add);
        if (!body.isEmpty()) {
            calls.post(endpoint.jobs(), WireJson.flags(flags), body);
        }
    }

    private JsonNode element(RequestReport report, Job job, Instant now) {
        Optional<JobMetrics> metrics = Optional.ofNullable(report.metrics().get(job.id()));
        return new WireJob(job, metrics, settings.data()).json(now);
    }

    @Override
    public void close() {
        calls.close();
    }

    /** What the pages held so far, newest first; of two elements with one id the first counts. */
    private static final class Collected {
        private final List<JobRequest> requests = new ArrayList<>();
        private final List<Malformed> malformed = new ArrayList<>();
        private final Set<RequestId> ids = new HashSet<>();

        void addAll(JsonNode results, Instant receivedAt) {
            for (JsonNode element : results) {
                add(WireRequest.read(element, receivedAt));
            }
        }

        private void add(WireRequest.Reading reading) {
            // Pages overlap when a request is made between two of them.
            if (!reading.id().map(ids::add).orElse(true)) {
                return;
            }
            switch (reading) {
                case WireRequest.Reading.Good(var request) -> requests.add(request);
                case WireRequest.Reading.Bad(var bad) -> malformed.add(bad);
            }
        }

        Poll oldestFirst() {
            return new Poll(requests.reversed(), malformed.reversed());
        }
    }
}

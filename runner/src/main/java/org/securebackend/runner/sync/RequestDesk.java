package org.securebackend.runner.sync;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobRequest;
import org.securebackend.runner.job.RequestId;
import org.securebackend.runner.server.JobServer.Malformed;
import org.securebackend.runner.source.SourceUnavailableException;
import org.securebackend.runner.store.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Takes new requests in, those of one workspace in order, those of different workspaces side by
 * side. A host of code that is slow delays the requests behind it in the same workspace, since the
 * plan of each depends on those before it, but nobody else. A request whose code cannot be fetched
 * at all lets those behind it pass; it is tried again whenever it is handed in again, for a limited
 * time. Safe for several threads.
 */
public final class RequestDesk {
    private static final Logger log = LoggerFactory.getLogger(RequestDesk.class);

    private final Intake intake;
    private final Lanes lanes;
    private final InstantSource clock;
    private final Duration patience;
    private final Consumer<List<Job>> onJobs;

    private final Map<RequestId, Instant> inWork = new ConcurrentHashMap<>();
    private final Map<RequestId, Instant> firstFailure = new HashMap<>();

    /**
     * @param patience how long code may be out of reach before a request fails
     * @param onJobs told of jobs that were saved; must not block
     */
    public RequestDesk(
            Intake intake,
            Executor threads,
            InstantSource clock,
            Duration patience,
            Consumer<List<Job>> onJobs) {
        this.intake = intake;
        this.lanes = new Lanes(threads);
        this.clock = clock;
        this.patience = patience;
        this.onJobs = onJobs;
    }

    /** Takes a request in soon; nothing if that is being done already. */
    public void handIn(JobRequest request) {
        if (inWork.putIfAbsent(request.id(), clock.instant()) == null) {
            lanes.submit(request.workspace(), () -> take(request));
        }
    }

    /** Saves a request that is not one, with a job that says what is wrong with it. */
    public void refuse(RequestId id, Malformed element) {
        var request = JobRequest.unreadable(id, clock.instant(), element.original());
        lanes.submit(
                "malformed",
                () -> {
                    try {
                        List<Job> jobs =
                                intake.refuse(request, "JobRequestError", element.problem());
                        if (!jobs.isEmpty()) {
                            onJobs.accept(jobs);
                        }
                    } catch (StoreException e) {
                        log.error("malformed request {} could not be saved", id, e);
                    }
                });
    }

    private void take(JobRequest request) {
        try (var _ = MDC.putCloseable("request", request.id().value());
                var _ = MDC.putCloseable("workspace", request.workspace())) {
            List<Job> jobs = plan(request);
            if (!jobs.isEmpty()) {
                forget(request.id());
                log.info("request {} became {} job(s)", request.id(), jobs.size());
                onJobs.accept(jobs);
            }
        } catch (StoreException e) {
            log.error("request could not be saved; it is taken in with the next poll", e);
        } finally {
            inWork.remove(request.id());
        }
    }

    private List<Job> plan(JobRequest request) {
        try {
            return intake.take(request);
        } catch (SourceUnavailableException e) {
            return postponeOrRefuse(request, e);
        } catch (StoreException e) {
            throw e;
        } catch (RuntimeException e) {
            return intake.refuse(request, e);
        }
    }

    private List<Job> postponeOrRefuse(JobRequest request, SourceUnavailableException failure) {
        Instant now = clock.instant();
        Instant since;
        synchronized (firstFailure) {
            // Requests that are not handed in any more are not worth remembering.
            firstFailure
                    .values()
                    .removeIf(first -> first.plus(patience).plus(patience).isBefore(now));
            since = firstFailure.computeIfAbsent(request.id(), _ -> now);
        }
        if (Duration.between(since, now).compareTo(patience) < 0) {
            log.warn("its code cannot be fetched now; trying again with the next poll", failure);
            return List.of();
        }
        return intake.refuse(request, failure.errorClass(), String.valueOf(failure.getMessage()));
    }

    private void forget(RequestId request) {
        synchronized (firstFailure) {
            firstFailure.remove(request);
        }
    }
}

package org.securebackend.runner.sync;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.securebackend.runner.health.Pulse;
import org.securebackend.runner.job.EffectPoint;
import org.securebackend.runner.job.FaultPoints;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobRequest;
import org.securebackend.runner.job.RequestId;
import org.securebackend.runner.server.JobServer;
import org.securebackend.runner.server.JobServer.RequestReport;
import org.securebackend.runner.server.JobServerException;
import org.securebackend.runner.store.JobStore;
import org.securebackend.runner.store.JobStore.UnreportedRequest;
import org.securebackend.runner.store.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the server of jobs as soon as they change; many changes close together are one report. What
 * was not delivered stays noted in the store, so that a report that was lost is healed by the next,
 * whether or not the runner was restarted in between. Runs on a thread of its own.
 */
public final class Reporter implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(Reporter.class);

    /** Changes that come this close together go out in one report. */
    private static final Duration GATHER = Duration.ofMillis(20);

    /** Under load changes gather longer, so that reports take a fifth of the time at most. */
    private static final int GATHER_PER_COST = 4;

    private static final Duration LONGEST_GATHER = Duration.ofMillis(250);

    /** How often the server is told that open jobs are still looked after. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(50);

    /** After so many reports that were lost one of its requests may be to blame. */
    private static final int SUSPICIOUS = 3;

    private static final int MOST_LOST = 2;

    private final JobServer server;
    private final JobStore store;
    private final InstantSource clock;
    private final BackOff backOff;
    private final FaultPoints faults;
    private final Pulse pulse = new Pulse();
    private final Bell bell = new Bell();

    private final Object listedLock = new Object();
    private Set<RequestId> listed = Set.of();
    private Duration lastCost = Duration.ZERO;

    private final Set<RequestId> lostAlone = new HashSet<>();
    private int lostReports;

    private final Map<RequestId, Instant> lastReported = new HashMap<>();
    private final Map<RequestId, Long> refused = new HashMap<>();

    public Reporter(JobServer server, JobStore store, BackOff backOff) {
        this(server, store, backOff, FaultPoints.NONE);
    }

    public Reporter(JobServer server, JobStore store, BackOff backOff, FaultPoints faults) {
        this.faults = faults;
        this.server = server;
        this.store = store;
        this.backOff = backOff;
        this.clock = backOff.clock();
    }

    /** Makes it report soon. */
    public void wake() {
        bell.ring();
    }

    /**
     * The server answers, and takes these requests for active: it is told of them unless it just
     * was, and of what could not be delivered before.
     */
    public void listed(List<RequestId> requests) {
        synchronized (listedLock) {
            listed = Set.copyOf(requests);
        }
        bell.ringUrgently();
    }

    /** Ends {@link #run} after what it is doing. */
    public void stop() {
        bell.close();
    }

    /** The signs of life of the loop. */
    public Pulse pulse() {
        return pulse;
    }

    @Override
    public void run() {
        while (bell.await()) {
            bell.rest(pauseBefore());
            if (!bell.isClosed()) {
                pulse.begin();
                reportOnce();
                pulse.rest();
            }
        }
    }

    /** How long to let changes gather, or the server recover, before the next report. */
    Duration pauseBefore() {
        return backOff.isOver() ? gathering() : backOff.left();
    }

    private Duration gathering() {
        Duration fair = lastCost.multipliedBy(GATHER_PER_COST);
        if (fair.compareTo(GATHER) < 0) {
            return GATHER;
        }
        return fair.compareTo(LONGEST_GATHER) < 0 ? fair : LONGEST_GATHER;
    }

    /** Reports all that is due, once. */
    void reportOnce() {
        Instant start = clock.instant();
        try {
            List<UnreportedRequest> due = due();
            if (!due.isEmpty()) {
                report(due);
                lastCost = Duration.between(start, clock.instant());
                if (backOff.succeeded()) {
                    log.info("reports reach the job server again");
                }
            }
        } catch (JobServerException e) {
            backOff.failed();
            log.warn("report failed: {}; trying again by {}", e.getMessage(), backOff.until());
            bell.ring();
        } catch (StoreException e) {
            backOff.failed();
            log.error("report could not be made; trying again by {}", backOff.until(), e);
            bell.ring();
        } catch (RuntimeException e) {
            backOff.failed();
            log.error("report failed unexpectedly; trying again by {}", backOff.until(), e);
            bell.ring();
        }
    }

    private List<UnreportedRequest> due() {
        var due = new LinkedHashMap<RequestId, UnreportedRequest>();
        for (UnreportedRequest request : store.unreported()) {
            if (!wasRefused(request)) {
                due.put(request.id(), request);
            }
        }
        Instant stale = clock.instant().minus(HEARTBEAT);
        for (UnreportedRequest request : store.openRequests()) {
            if (isStale(request.id(), stale) && !wasRefused(request)) {
                due.putIfAbsent(request.id(), request);
            }
        }
        for (RequestId id : takeListed()) {
            if (isStale(id, stale) && !refused.containsKey(id) && isTheServers(id)) {
                due.putIfAbsent(id, new UnreportedRequest(id, 0));
            }
        }
        return List.copyOf(due.values());
    }

    private boolean wasRefused(UnreportedRequest request) {
        return Long.valueOf(request.mark()).equals(refused.get(request.id()));
    }

    private boolean isStale(RequestId request, Instant stale) {
        Instant last = lastReported.get(request);
        // A report from the future was sent before the clock was set back.
        return last == null || !last.isAfter(stale) || last.isAfter(clock.instant());
    }

    private boolean isTheServers(RequestId request) {
        return store.request(request)
                .filter(found -> found.origin() == JobRequest.Origin.SERVER)
                .isPresent();
    }

    private Set<RequestId> takeListed() {
        synchronized (listedLock) {
            Set<RequestId> taken = new HashSet<>(listed);
            listed = Set.of();
            return taken;
        }
    }

    private void report(List<UnreportedRequest> due) {
        try {
            send(due);
        } catch (JobServerException e) {
            if (e.kind() == JobServerException.Kind.REFUSED) {
                reportOneByOne(due, e);
            } else if (e.kind() == JobServerException.Kind.UNREACHABLE
                    && ++lostReports >= SUSPICIOUS) {
                reportAroundTheBad(due, e);
            } else {
                throw e;
            }
        }
        lostReports = 0;
    }

    /**
     * The server may be away, or fall over one request. So each is sent alone, those last that were
     * lost alone before; after two that are lost the server counts as away, and what is left is
     * sent another time.
     */
    private void reportAroundTheBad(List<UnreportedRequest> due, JobServerException failure) {
        var order = new ArrayList<UnreportedRequest>(due);
        order.sort(Comparator.comparing(request -> lostAlone.contains(request.id())));
        int lost = 0;
        for (UnreportedRequest request : order) {
            try {
                send(List.of(request));
                lostAlone.remove(request.id());
            } catch (JobServerException e) {
                lostAlone.add(request.id());
                if (++lost == MOST_LOST) {
                    break;
                }
            }
        }
        lostAlone.retainAll(due.stream().map(UnreportedRequest::id).toList());
        if (lost > 0) {
            throw failure;
        }
    }

    /** One request that the server does not take must not hold back the others. */
    private void reportOneByOne(List<UnreportedRequest> due, JobServerException refusal) {
        for (UnreportedRequest request : due) {
            try {
                if (due.size() == 1) {
                    throw refusal;
                }
                send(List.of(request));
            } catch (JobServerException e) {
                if (e.kind() != JobServerException.Kind.REFUSED) {
                    throw e;
                }
                refused.put(request.id(), request.mark());
                lastReported.put(request.id(), clock.instant());
                log.error(
                        "the server refuses the report of request {}: {}; it is sent again when something in it changes, or at the next start",
                        request.id(),
                        e.getMessage());
            }
        }
    }

    private void send(List<UnreportedRequest> due) {
        var reports = new ArrayList<RequestReport>(due.size());
        for (UnreportedRequest request : due) {
            List<Job> jobs = store.jobsOf(request.id());
            if (!jobs.isEmpty()) {
                var ids = jobs.stream().map(Job::id).toList();
                reports.add(new RequestReport(request.id(), jobs, store.metrics(ids)));
            }
        }
        if (reports.isEmpty()) {
            return;
        }
        Instant now = clock.instant();
        server.report(reports, ServerFlags.of(store), now);
        pulse.beat();
        faults.reach(EffectPoint.REPORT_TAKEN);
        for (UnreportedRequest request : due) {
            store.markReported(request.id(), request.mark());
            refused.remove(request.id());
            lastReported.put(request.id(), now);
        }
        lastReported.values().removeIf(at -> at.isBefore(now.minus(HEARTBEAT.multipliedBy(2))));
        log.debug("reported {} request(s)", reports.size());
    }
}

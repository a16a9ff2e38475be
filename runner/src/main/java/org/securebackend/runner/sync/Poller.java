package org.securebackend.runner.sync;

import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.securebackend.runner.health.Pulse;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.JobRequest;
import org.securebackend.runner.job.RequestId;
import org.securebackend.runner.job.StopReason;
import org.securebackend.runner.server.JobServer;
import org.securebackend.runner.server.JobServer.FlagValue;
import org.securebackend.runner.server.JobServer.Malformed;
import org.securebackend.runner.server.JobServer.Poll;
import org.securebackend.runner.server.JobServerException;
import org.securebackend.runner.store.JobStore;
import org.securebackend.runner.store.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the server for active requests: new ones go to the desk, cancellations become orders. Runs
 * on a thread of its own, once each time it is woken; after failures it lets some wake-ups pass.
 */
public final class Poller implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(Poller.class);

    private static final int MOST_COMPLAINTS = 1_000;

    private final JobServer server;
    private final JobStore store;
    private final RequestDesk desk;
    private final Listener listener;
    private final InstantSource clock;
    private final BackOff backOff;
    private final Bell bell = new Bell();
    private final Pulse pulse = new Pulse();

    private volatile Map<String, FlagValue> told = Map.of();
    private final Set<String> complainedOf = new HashSet<>();

    /** Hears what a poll has brought; must not block. */
    public interface Listener {
        /** Jobs were ordered to stop. */
        void ordersGiven();

        /** The server still takes these for active. */
        void listed(List<RequestId> requests);
    }

    public Poller(
            JobServer server,
            JobStore store,
            RequestDesk desk,
            Listener listener,
            BackOff backOff) {
        this.server = server;
        this.store = store;
        this.desk = desk;
        this.listener = listener;
        this.backOff = backOff;
        this.clock = backOff.clock();
    }

    /** Makes it poll soon. */
    public void wake() {
        bell.ring();
    }

    /** Makes it poll soon if flags have changed, of which every call tells the server. */
    public void flagsMayHaveChanged() {
        if (!ServerFlags.of(store).equals(told)) {
            bell.ring();
        }
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
            pulse.begin();
            pollOnce();
            pulse.rest();
        }
    }

    /** One poll, unless it is too early after a failure. */
    void pollOnce() {
        if (!backOff.isOver()) {
            return;
        }
        try {
            Map<String, FlagValue> flags = ServerFlags.of(store);
            Poll poll = server.poll(flags);
            told = flags;
            handle(poll);
            if (backOff.succeeded()) {
                log.info("the job server answers again");
            }
        } catch (JobServerException e) {
            backOff.failed();
            log.warn("poll failed: {}; trying again by {}", e.getMessage(), backOff.until());
        } catch (StoreException e) {
            backOff.failed();
            log.error("poll could not be handled; trying again by {}", backOff.until(), e);
        } catch (RuntimeException e) {
            backOff.failed();
            log.error("poll failed unexpectedly; trying again by {}", backOff.until(), e);
        }
    }

    private void handle(Poll poll) {
        complain(poll.malformed());
        Set<RequestId> known =
                Set.copyOf(store.known(poll.requests().stream().map(JobRequest::id).toList()));
        boolean ordered = false;
        for (JobRequest request : poll.requests()) {
            if (!known.contains(request.id())) {
                desk.handIn(request);
            } else if (!request.cancelledActions().isEmpty()) {
                ordered |= cancel(request);
            }
        }
        if (ordered) {
            listener.ordersGiven();
        }
        listener.listed(List.copyOf(known));
    }

    /** Orders the open jobs of the cancelled actions to stop; finished ones stay as they were. */
    private boolean cancel(JobRequest request) {
        Map<JobId, Job> open =
                store.jobsOf(request.id()).stream()
                        .filter(job -> !job.isDone())
                        .collect(Collectors.toMap(Job::id, job -> job));
        boolean ordered = false;
        for (String action : Set.copyOf(request.cancelledActions())) {
            JobId id = JobId.of(request.id(), action);
            if (open.containsKey(id)) {
                store.orderStop(id, StopReason.CANCELLED_BY_USER, clock.instant());
                ordered = true;
            }
        }
        return ordered;
    }

    private void complain(List<Malformed> malformed) {
        if (malformed.isEmpty()) {
            return;
        }
        List<RequestId> named =
                malformed.stream().flatMap(element -> element.id().stream()).toList();
        Set<RequestId> known = Set.copyOf(store.known(named));
        for (Malformed element : malformed) {
            String name = element.id().map(RequestId::value).orElse("without id");
            if (complainedOf.size() > MOST_COMPLAINTS) {
                complainedOf.clear();
            }
            if (complainedOf.add(name + element.problem())) {
                log.warn("request {} is malformed: {}", name, element.problem());
            }
            element.id()
                    .filter(id -> !known.contains(id))
                    .ifPresent(id -> desk.refuse(id, element));
        }
    }
}

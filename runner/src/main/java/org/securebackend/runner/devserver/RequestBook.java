package org.securebackend.runner.devserver;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.UnaryOperator;

/** All requests and the jobs that were reported for them. Safe for several threads. */
final class RequestBook {
    private final SequencedMap<String, RequestRecord> requests = new LinkedHashMap<>();
    private final Map<String, String> requestOfJob = new LinkedHashMap<>();
    private final BookFile file;
    private long version;

    RequestBook(BookFile file) {
        this.file = file;
        file.load().forEach(this::put);
    }

    /** Adds a request; empty if its id is taken. */
    synchronized Optional<RequestRecord> add(String id, NewRequest wish, Instant now) {
        if (requests.containsKey(id)) {
            return Optional.empty();
        }
        var request = new RequestRecord(id, wish, now, wish.cancelledActions(), List.of());
        put(request);
        changed();
        return Optional.of(request);
    }

    synchronized Optional<RequestRecord> find(String id) {
        return Optional.ofNullable(requests.get(id));
    }

    /** The request that a job belongs to. */
    synchronized Optional<String> requestOf(String jobId) {
        return Optional.ofNullable(requestOfJob.get(jobId));
    }

    /** All requests, newest first. */
    synchronized List<RequestRecord> newestFirst() {
        return new ArrayList<>(requests.sequencedValues().reversed());
    }

    /**
     * Takes over a report: each run of elements of one request stands for all its jobs, so the
     * others are forgotten (protocol, section 8). Requests that are not known are passed over.
     *
     * @throws DuplicateJobException if a job's id belongs to another request; runs before it count
     */
    synchronized void accept(List<ReportedJob> report) {
        try {
            for (List<ReportedJob> run : runs(report)) {
                accept(run.getFirst().requestId(), run);
            }
        } finally {
            changed();
        }
    }

    private static List<List<ReportedJob>> runs(List<ReportedJob> report) {
        var runs = new ArrayList<List<ReportedJob>>();
        for (ReportedJob job : report) {
            if (runs.isEmpty() || !runs.getLast().getFirst().requestId().equals(job.requestId())) {
                runs.add(new ArrayList<>());
            }
            runs.getLast().add(job);
        }
        return runs;
    }

    private void accept(String id, List<ReportedJob> run) {
        RequestRecord request = requests.get(id);
        if (request == null) {
            return;
        }
        var jobs = new LinkedHashMap<String, ReportedJob>();
        for (ReportedJob job : run) {
            if (!requestOfJob.getOrDefault(job.identifier(), id).equals(id)) {
                throw new DuplicateJobException(job.identifier());
            }
            jobs.put(job.identifier(), job);
        }
        put(request.with(List.copyOf(jobs.values())));
    }

    /** Gives up all jobs of a request that are not completed. */
    Optional<RequestRecord> cancel(String id) {
        return change(id, request -> request.cancelling(request.openActions().distinct().toList()));
    }

    /** Gives up these actions of a request, but for those whose job is completed. */
    Optional<RequestRecord> cancel(String id, Collection<String> actions) {
        return change(
                id,
                request -> {
                    var cancelled = new LinkedHashSet<>(request.cancelledActions());
                    cancelled.addAll(actions);
                    request.jobs().stream()
                            .filter(ReportedJob::isCompleted)
                            .map(ReportedJob::action)
                            .filter(action -> !request.cancelledActions().contains(action))
                            .forEach(cancelled::remove);
                    return request.cancelling(List.copyOf(cancelled));
                });
    }

    private synchronized Optional<RequestRecord> change(
            String id, UnaryOperator<RequestRecord> how) {
        RequestRecord request = requests.get(id);
        if (request == null) {
            return Optional.empty();
        }
        RequestRecord changed = how.apply(request);
        put(changed);
        changed();
        return Optional.of(changed);
    }

    private void put(RequestRecord request) {
        RequestRecord before = requests.put(request.identifier(), request);
        if (before != null) {
            before.jobs().forEach(job -> requestOfJob.remove(job.identifier()));
        }
        request.jobs().forEach(job -> requestOfJob.put(job.identifier(), request.identifier()));
    }

    private void changed() {
        file.save(requests.values());
        version++;
        notifyAll();
    }

    /** Grows with every change. */
    synchronized long version() {
        return version;
    }

    /** Wakes all who wait for a change, as if there had been one. */
    synchronized void wake() {
        version++;
        notifyAll();
    }

    /**
     * Waits until the version is another than {@code seen}, or {@code patience} ends.
     *
     * @return the version then
     */
    synchronized long awaitChange(long seen, Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (version == seen) {
            long millis = (deadline - System.nanoTime()) / 1_000_000;
            if (millis <= 0) {
                break;
            }
            wait(millis);
        }
        return version;
    }

    /** Two requests claim one job. */
    static final class DuplicateJobException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        DuplicateJobException(String jobId) {
            super("job " + jobId + " belongs to another request");
        }

        @Override
        public String getMessage() {
            return String.valueOf(super.getMessage());
        }
    }
}

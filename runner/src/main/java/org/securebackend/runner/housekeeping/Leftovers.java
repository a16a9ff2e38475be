package org.securebackend.runner.housekeeping;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toList;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.securebackend.runner.executor.Executor;
import org.securebackend.runner.executor.Remains;
import org.securebackend.runner.executor.WorkspaceEntry;
import org.securebackend.runner.housekeeping.Leftover.Thing;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.outputs.StoredRemains;
import org.securebackend.runner.outputs.StoredRemains.Remnant;
import org.securebackend.runner.store.JobStore;

/**
 * Finds and removes what jobs have left. Before anything is removed its job is looked up once more:
 * so one that was taken up again meanwhile loses nothing.
 */
public final class Leftovers {
    private final Executor executor;
    private final StoredRemains stored;
    private final JobStore store;
    private final Keeping keeping;
    private final InstantSource clock;

    /** Where things are left. */
    public record Places(Executor executor, StoredRemains stored, JobStore store) {}

    public Leftovers(Places places, Keeping keeping, InstantSource clock) {
        this.executor = places.executor();
        this.stored = places.stored();
        this.store = places.store();
        this.keeping = keeping;
        this.clock = clock;
    }

    /** What jobs' programs left on this host, sorted by place. */
    public List<Leftover> onHost() throws IOException {
        Map<JobId, List<Remains>> byJob =
                executor.remains().stream()
                        .collect(groupingBy(Remains::job, TreeMap::new, toList()));
        var found = new ArrayList<Leftover>();
        for (Map.Entry<JobId, List<Remains>> job : byJob.entrySet()) {
            Optional<String> reason = reason(new Thing.OfJob(job.getKey(), job.getValue()));
            if (reason.isPresent()) {
                found.add(ofJob(job.getKey(), job.getValue(), reason.get()));
            }
        }
        return found;
    }

    private Leftover ofJob(JobId job, List<Remains> remains, String reason) throws IOException {
        return new Leftover(
                remains.stream().map(Remains::kind).distinct().collect(joining(", ")),
                remains.stream().map(Remains::place).collect(joining(", ")),
                Optional.of(job),
                bytesInWorkspace(job),
                reason,
                new Thing.OfJob(job, List.copyOf(remains)));
    }

    private long bytesInWorkspace(JobId job) throws IOException {
        var sum = new long[1];
        try {
            executor.workspace(job)
                    .visit((entry, _) -> {
                        if (entry.kind() == WorkspaceEntry.Kind.REGULAR) {
                            sum[0] += entry.storedBytes();
                        }
                    });
        } catch (FileNotFoundException e) {
            // Only its program is left, or half of a workspace.
            return sum[0];
        }
        return sum[0];
    }

    /** What lies in the storages that need not stay, sorted by place. */
    public List<Leftover> inStorage() throws IOException {
        var found = new ArrayList<Leftover>();
        for (Remnant remnant : stored.all()) {
            Optional<String> reason = reason(new Thing.Stored(remnant));
            if (reason.isPresent()) {
                found.add(
                        new Leftover(
                                kind(remnant),
                                place(remnant),
                                job(remnant),
                                stored.bytes(remnant),
                                reason.get(),
                                new Thing.Stored(remnant)));
            }
        }
        found.sort(Comparator.comparing(Leftover::place));
        return found;
    }

    private static String kind(Remnant remnant) {
        return switch (remnant) {
            case Remnant.Staged _ -> "staged outputs";
            case Remnant.Failed _ -> "failed outputs";
            case Remnant.Temporary _ -> "temporary file";
            case Remnant.Logs _ -> "logs of a month";
        };
    }

    private static String place(Remnant remnant) {
        String storage = StoredRemains.storage(remnant).name().toLowerCase(Locale.ROOT);
        return storage + "/" + remnant.place();
    }

    private static Optional<JobId> job(Remnant remnant) {
        return switch (remnant) {
            case Remnant.Staged(var job, _) -> Optional.of(job);
            case Remnant.Failed(var job, _) -> Optional.of(job);
            case Remnant.Temporary _, Remnant.Logs _ -> Optional.empty();
        };
    }

    /**
     * Removes something that was found, if it still may go.
     *
     * @return whether it went
     */
    public boolean remove(Leftover leftover) throws IOException {
        Optional<Thing> thing = again(leftover.thing());
        if (thing.flatMap(this::reason).isEmpty()) {
            return false;
        }
        switch (thing.get()) {
            case Thing.OfJob(var job, _) -> executor.remove(job);
            case Thing.Stored(var remnant) -> stored.remove(remnant);
        }
        return true;
    }

    private Optional<Thing> again(Thing thing) throws IOException {
        return switch (thing) {
            case Thing.OfJob ofJob -> Optional.of(ofJob);
            case Thing.Stored(var remnant) -> stored.again(remnant).map(Thing.Stored::new);
        };
    }

    private Optional<String> reason(Thing thing) {
        var rule = new LeftoverRule(keeping, clock.instant());
        return switch (thing) {
            case Thing.OfJob(var job, var remains) ->
                    rule.ofProgram(Standing.of(job, store), idleSince(remains));
            case Thing.Stored(Remnant.Staged(var job, var changed)) ->
                    rule.ofStaged(Standing.of(job, store), changed);
            case Thing.Stored(Remnant.Failed(var job, var changed)) ->
                    rule.ofFailed(Standing.of(job, store), changed);
            case Thing.Stored(Remnant.Temporary(_, _, var changed)) -> rule.ofTemporary(changed);
            case Thing.Stored(Remnant.Logs(var month)) -> rule.ofLogs(month);
        };
    }

    /** Since the newest of them rests; empty if one does not. */
    private static Optional<Instant> idleSince(List<Remains> remains) {
        return remains.stream().allMatch(one -> one.idleSince().isPresent())
                ? remains.stream().flatMap(one -> one.idleSince().stream()).max(Instant::compareTo)
                : Optional.empty();
    }
}

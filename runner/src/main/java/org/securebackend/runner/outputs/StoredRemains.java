package org.securebackend.runner.outputs;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.YearMonth;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.outputs.storage.Steps;
import org.securebackend.runner.outputs.storage.Storage;
import org.securebackend.runner.outputs.storage.StoragePath;

/**
 * What lies in both storages that is not meant to stay for ever. Shows what there is and removes
 * what it is told to; whether something may go is decided elsewhere. Follows no link.
 */
public final class StoredRemains {
    private static final DateTimeFormatter MONTH =
            DateTimeFormatter.ofPattern("uuuu-MM", Locale.ROOT);

    private final Storage high;
    private final Storage medium;

    public StoredRemains(OutputsSettings settings) {
        this.high = new Storage(settings.high(), settings.modes(), Steps.FREE);
        this.medium = new Storage(settings.medium(), settings.modes(), Steps.FREE);
    }

    /** Something in a storage. */
    public sealed interface Remnant {
        /** Where it is, below its storage. */
        StoragePath place();

        /** Outputs that were collected and neither published nor discarded. */
        record Staged(JobId job, Instant changedAt) implements Remnant {
            @Override
            public StoragePath place() {
                return Places.staged(job);
            }
        }

        /** Outputs of a job that did not succeed. */
        record Failed(JobId job, Instant changedAt) implements Remnant {
            @Override
            public StoragePath place() {
                return Places.failed(job);
            }
        }

        /** A file that is being written, or that nobody went on with. */
        record Temporary(StorageName storage, String name, Instant changedAt) implements Remnant {
            @Override
            public StoragePath place() {
                return Storage.temporaries().plus(name);
            }
        }

        /** The logs of all jobs that ended in a month. */
        record Logs(YearMonth month) implements Remnant {
            @Override
            public StoragePath place() {
                return Places.logs().plus(MONTH.format(month));
            }
        }
    }

    /** One of the two. */
    public enum StorageName {
        HIGH,
        MEDIUM
    }

    /** Everything of the kind, in no order. */
    public List<Remnant> all() throws IOException {
        var all = new ArrayList<Remnant>();
        for (JobId job : jobsIn(StoragePath.of(Storage.STAGING))) {
            high.changedAt(Places.staged(job))
                    .ifPresent(changed -> all.add(new Remnant.Staged(job, changed)));
        }
        for (JobId job : jobsIn(Places.failed())) {
            high.changedAt(Places.failed(job))
                    .ifPresent(changed -> all.add(new Remnant.Failed(job, changed)));
        }
        for (StorageName storage : StorageName.values()) {
            for (String name : of(storage).names(Storage.temporaries())) {
                of(storage)
                        .changedAt(Storage.temporaries().plus(name))
                        .ifPresent(
                                changed -> all.add(new Remnant.Temporary(storage, name, changed)));
            }
        }
        for (String name : high.names(Places.logs())) {
            month(name).ifPresent(month -> all.add(new Remnant.Logs(month)));
        }
        return all;
    }

    private List<JobId> jobsIn(StoragePath folder) throws IOException {
        return high.names(folder).stream().filter(JobId::isValid).map(JobId::new).toList();
    }

    private static Optional<YearMonth> month(String name) {
        try {
            return Optional.of(YearMonth.parse(name, MONTH));
        } catch (DateTimeException e) {
            // Somebody else's folder.
            return Optional.empty();
        }
    }

    /** The same thing as it is now; empty if it is gone. */
    public Optional<Remnant> again(Remnant remnant) throws IOException {
        return of(storage(remnant))
                .changedAt(remnant.place())
                .map(changed ->
                        switch (remnant) {
                            case Remnant.Staged(var job, _) -> new Remnant.Staged(job, changed);
                            case Remnant.Failed(var job, _) -> new Remnant.Failed(job, changed);
                            case Remnant.Temporary(var storage, var name, _) ->
                                    new Remnant.Temporary(storage, name, changed);
                            case Remnant.Logs logs -> logs;
                        });
    }

    /** The size of all files of it. */
    public long bytes(Remnant remnant) throws IOException {
        return of(storage(remnant)).bytes(remnant.place());
    }

    /** Removes it, and is on the disk then. Fine if it is gone. */
    public void remove(Remnant remnant) throws IOException {
        Storage storage = of(storage(remnant));
        storage.deleteTree(remnant.place());
        storage.sync(List.of(remnant.place()));
    }

    /** Which storage it is in. */
    public static StorageName storage(Remnant remnant) {
        return switch (remnant) {
            case Remnant.Temporary temporary -> temporary.storage();
            case Remnant.Staged _, Remnant.Failed _, Remnant.Logs _ -> StorageName.HIGH;
        };
    }

    private Storage of(StorageName name) {
        return switch (name) {
            case HIGH -> high;
            case MEDIUM -> medium;
        };
    }
}

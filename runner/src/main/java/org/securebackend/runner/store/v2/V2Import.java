package org.securebackend.runner.store.v2;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.job.RequestId;
import org.securebackend.runner.store.History;
import org.securebackend.runner.store.JobStore;
import org.securebackend.runner.store.SqliteJobStore;

/**
 * Takes over what a version 2 runner knew: its jobs, requests and flags, and the facts about the
 * files that its jobs left. Version 2's files are read and never changed.
 */
public final class V2Import {
    private final Path file;
    private final Tools tools;

    /**
     * What it works with.
     *
     * @param scratch a folder for a copy of the database, removed again
     */
    public record Tools(
            V2Files files,
            V2Containers containers,
            Path scratch,
            InstantSource clock,
            Consumer<V2Progress> watcher) {}

    /** What to do with signs that version 2 is at work. */
    public enum Insistence {
        REFUSE,
        /** They become notes. */
        GO_ON
    }

    /**
     * Of one database.
     *
     * @param file version 2's {@code db.sqlite}
     */
    public V2Import(Path file, Tools tools) {
        this.file = file.toAbsolutePath();
        this.tools = tools;
    }

    /**
     * Takes over what the store does not know yet, in one transaction.
     *
     * @param opening opens the store, once it is clear that there is something to take over
     * @throws V2InUseException if version 2 seems to be at work
     * @throws V2RefusedException if the file is none of its databases
     */
    public V2Report into(Supplier<SqliteJobStore> opening, Insistence insistence) {
        return run(
                insistence,
                run -> {
                    try (SqliteJobStore store = opening.get()) {
                        run.sort(new Known(Optional.of(store)));
                        run.lookAtFiles();
                        return run.report(store.takeOver(run).flags());
                    }
                });
    }

    /**
     * What that would do; files are not looked at and nothing is written.
     *
     * @param store empty: there is none yet
     */
    public V2Report rehearse(Optional<SqliteJobStore> store, Insistence insistence) {
        return run(
                insistence,
                run -> {
                    run.sort(new Known(store));
                    run.forEach(_ -> {});
                    Set<String> flags = new TreeSet<>(run.flags().keySet());
                    store.ifPresent(known -> flags.removeAll(known.flags().keySet()));
                    return run.report(List.copyOf(flags));
                });
    }

    /** What is here already. */
    private record Known(Optional<SqliteJobStore> store) {
        Set<RequestId> among(List<RequestId> requests) {
            return store.<Set<RequestId>>map(s -> new HashSet<>(s.known(requests)))
                    .orElse(Set.of());
        }

        Set<String> openJobs() {
            return store.stream()
                    .flatMap(s -> s.openJobs().stream())
                    .map(job -> job.id().value())
                    .collect(Collectors.toSet());
        }
    }

    private V2Report run(Insistence insistence, Function<Run, V2Report> work) {
        var notes = new V2Notes();
        var presence = new V2Presence(file, tools.clock().instant());
        var findings = new ArrayList<>(presence.findingsInFiles());
        String before = presence.fingerprint();
        try (V2Database database = V2Database.copyOf(file, tools.scratch())) {
            if (!before.equals(presence.fingerprint())) {
                findings.add("the database %s was written while it was copied".formatted(file));
            }
            findings.addAll(V2Presence.findingsIn(tools.containers(), database.openJobs()));
            heed(findings, insistence, notes);
            return work.apply(new Run(database, notes));
        }
    }

    private static void heed(List<String> findings, Insistence insistence, V2Notes notes) {
        switch (insistence) {
            case REFUSE -> {
                if (!findings.isEmpty()) {
                    throw new V2InUseException(findings);
                }
            }
            case GO_ON -> findings.forEach(finding -> notes.add("in spite of this: " + finding));
        }
    }

    /** One import. */
    private final class Run implements History {
        private final V2Database database;
        private final V2Notes notes;
        private final V2Outputs outputs;
        private final Map<String, RequestId> fresh = new LinkedHashMap<>();
        private final Set<String> left = new HashSet<>();
        private final Map<String, Integer> counts = new TreeMap<>();
        private int requests;

        Run(V2Database database, V2Notes notes) {
            this.database = database;
            this.notes = notes;
            this.outputs = new V2Outputs(notes);
        }

        /** Tells requests that are new from those that are here. */
        void sort(Known known) {
            var ids = new LinkedHashMap<String, RequestId>();
            for (String id : database.requests()) {
                requestId(id).ifPresent(valid -> ids.put(id, valid));
            }
            Set<RequestId> here = known.among(List.copyOf(ids.values()));
            ids.forEach((text, id) -> {
                if (here.contains(id)) {
                    left.add(text);
                } else {
                    fresh.put(text, id);
                }
            });
            for (String job : database.jobsThatEnded(known.openJobs())) {
                notes.add(
                        "job %s has ended in version 2, and waits here: it was left so, and will run"
                                .formatted(job));
            }
        }

        private Optional<RequestId> requestId(String text) {
            try {
                return Optional.of(new RequestId(text));
            } catch (IllegalArgumentException e) {
                notes.add("a request is left out: " + e.getMessage());
                return Optional.empty();
            }
        }

        void lookAtFiles() {
            if (!fresh.isEmpty()) {
                outputs.lookAt(
                        V2LastWriters.in(database), fresh.keySet(), tools.files(), tools.watcher());
            }
        }

        V2Report report(List<String> flags) {
            return new V2Report(
                    database.schema(),
                    requests,
                    left.size(),
                    new TreeMap<>(counts),
                    flags,
                    new V2Report.Files(
                            outputs.count(V2Files.Source.MANIFEST),
                            outputs.count(V2Files.Source.HASHED),
                            outputs.hashedBytes(),
                            outputs.count(V2Files.Source.MANIFEST_ONLY),
                            outputs.missing()),
                    notes.lines());
        }

        @Override
        public void forEach(Consumer<PastRequest> taker) {
            var works = new V2Works(database);
            var jobs = new V2Jobs(works, outputs, notes, tools.clock().instant());
            for (String text : database.requests()) {
                RequestId id = fresh.get(text);
                if (id == null) {
                    database.jobs(text).forEach(works::seen);
                    continue;
                }
                read(jobs, text, id)
                        .ifPresent(request -> {
                            requests++;
                            request.jobs().forEach(job -> count(job.job()));
                            taker.accept(request);
                        });
            }
        }

        private Optional<PastRequest> read(V2Jobs jobs, String text, RequestId id) {
            List<V2Row> rows = database.jobs(text);
            List<PastJob> past = rows.stream().flatMap(row -> jobs.read(id, row).stream()).toList();
            return past.isEmpty()
                    ? Optional.empty()
                    : Optional.of(
                            new PastRequest(
                                    V2Requests.read(id, database.original(text), rows), past));
        }

        private void count(Job job) {
            String kind =
                    switch (job.state()) {
                        case JobState.Open _ -> "waiting";
                        case JobState.Succeeded _ -> "succeeded";
                        case JobState.Failed _ -> "failed";
                    };
            counts.merge(kind, 1, Integer::sum);
        }

        @Override
        public Map<String, JobStore.Flag> flags() {
            return database.flags();
        }
    }
}

package org.securebackend.runner.outputs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.WorkspaceName;
import org.securebackend.runner.outputs.WorkspaceRecords.Made;
import org.securebackend.runner.outputs.storage.Steps;
import org.securebackend.runner.outputs.storage.Storage;

/**
 * Makes manifests again from what is on record, also while a daemon works. Entries for files that
 * are on record nowhere, such as an earlier runner's, stay as they are.
 */
public final class ManifestRebuild {
    private final Storage medium;
    private final WorkspaceRecords records;
    private final MetadataFiles metadata;
    private final WorkspaceLocks locks;

    public ManifestRebuild(OutputsSettings settings, WorkspaceRecords records, Clock clock) {
        this.medium = new Storage(settings.medium(), settings.modes(), Steps.FREE);
        this.records = records;
        this.metadata = new MetadataFiles(medium, records, clock);
        this.locks = new WorkspaceLocks(new Storage(settings.high(), settings.modes(), Steps.FREE));
    }

    /** What became of a manifest. */
    public sealed interface Rebuilt {

        /**
         * It is as the record says now; paths are sorted.
         *
         * @param kept how many entries for files stay that are on record nowhere
         */
        record Done(List<String> added, List<String> changed, List<String> removed, int kept)
                implements Rebuilt {
            public Done {
                added = List.copyOf(added);
                changed = List.copyOf(changed);
                removed = List.copyOf(removed);
            }

            /** Whether it was right before. */
            public boolean isUnchanged() {
                return added.isEmpty() && changed.isEmpty() && removed.isEmpty();
            }
        }

        /** It was left alone: the record is just about to change by what this job made. */
        record Busy(JobId job) implements Rebuilt {}
    }

    /** Workspaces that have a folder in medium storage. */
    public List<WorkspaceName> workspaces() throws IOException {
        return medium.names(Places.workspaces()).stream()
                .filter(WorkspaceName::isValid)
                .sorted()
                .map(WorkspaceName::new)
                .toList();
    }

    /** Makes the manifest of a workspace again. */
    public Rebuilt rebuild(WorkspaceName workspace) throws IOException {
        try (var _ = locks.hold(workspace)) {
            // Asked first: a job that begins to publish after this waits for the lock.
            Optional<JobId> busy = records.beingPublished(workspace);
            if (busy.isPresent()) {
                return new Rebuilt.Busy(busy.get());
            }
            return rebuild(workspace, records.files(workspace));
        }
    }

    private Rebuilt.Done rebuild(WorkspaceName workspace, List<Made> files) throws IOException {
        Optional<Manifest> saved = metadata.saved(workspace);
        Manifest manifest = saved.orElseGet(() -> Manifest.empty(workspace));
        var comparison = new Comparison(files);
        metadata.eachEntry(workspace, manifest, comparison::look);
        List<Made> missing =
                files.stream()
                        .filter(made -> !manifest.entries().containsKey(made.file().path()))
                        .toList();
        comparison.gone.forEach(manifest::remove);
        missing.forEach(made -> manifest.putAgain(made.job(), made.file()));
        comparison.wrong.forEach(made -> manifest.putAgain(made.job(), made.file()));
        var done =
                new Rebuilt.Done(
                        paths(missing),
                        paths(comparison.wrong),
                        comparison.gone.stream().sorted().toList(),
                        manifest.entries().size() - files.size());
        if (!done.isUnchanged() || saved.isEmpty()) {
            metadata.save(workspace, manifest);
        }
        return done;
    }

    private static List<String> paths(List<Made> files) {
        return files.stream().map(made -> made.file().path()).sorted().toList();
    }

    /** Whether an entry says what is on record, whatever else it says. */
    private static boolean says(JsonNode entry, Made made) {
        ObjectNode expected = Manifest.describe(made.job(), made.file());
        for (Map.Entry<String, JsonNode> field : expected.properties()) {
            JsonNode found = entry.get(field.getKey());
            if (found == null || !isSame(found, field.getValue())) {
                return false;
            }
        }
        return true;
    }

    private static boolean isSame(JsonNode one, JsonNode other) {
        if (one.isNumber() && other.isNumber()) {
            return one.decimalValue().compareTo(other.decimalValue()) == 0;
        }
        return one.equals(other);
    }

    /** Holds a manifest's entries against the record. */
    private final class Comparison {
        private final Map<String, Made> onRecord = new HashMap<>();
        private final Map<String, Set<String>> pathsByJob = new HashMap<>();
        private final List<Made> wrong = new ArrayList<>();
        private final List<String> gone = new ArrayList<>();

        Comparison(List<Made> files) {
            files.forEach(made -> onRecord.put(made.file().path(), made));
        }

        void look(String path, JsonNode entry) {
            Made made = onRecord.get(path);
            if (made != null) {
                if (!says(entry, made)) {
                    wrong.add(made);
                }
            } else if (wasOurs(path, entry)) {
                gone.add(path);
            }
        }

        /** A file that a job of ours is known to have made, and that is nobody's now, is gone. */
        private boolean wasOurs(String path, JsonNode entry) {
            String job = entry.path("job_id").asText("");
            return pathsByJob.computeIfAbsent(job, this::pathsOf).contains(path);
        }

        private Set<String> pathsOf(String job) {
            return JobId.isValid(job) ? records.pathsOf(new JobId(job)) : Set.of();
        }
    }
}

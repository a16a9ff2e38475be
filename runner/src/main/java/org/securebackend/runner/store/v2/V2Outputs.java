package org.securebackend.runner.store.v2;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.OutputFile;
import org.securebackend.runner.job.WorkspaceName;
import org.securebackend.runner.pipeline.PrivacyLevel;

/**
 * The files of version 2's jobs. Its database knows their names only; the rest is in the files
 * themselves and in the manifests.
 */
final class V2Outputs {
    /** Stands for the hash of a content that is gone. No file has it, so none is taken for it. */
    static final String UNKNOWN_HASH = "0".repeat(64);

    private final Map<JobId, Map<String, V2Files.Facts>> facts = new HashMap<>();
    private final Map<V2Files.Source, Integer> counts = new EnumMap<>(V2Files.Source.class);
    private final V2Notes notes;
    private int missing;
    private long hashedBytes;

    V2Outputs(V2Notes notes) {
        this.notes = notes;
    }

    /** Looks at every file that is still what a job of one of these requests wrote. */
    void lookAt(
            V2LastWriters writers,
            Set<String> requests,
            V2Files files,
            Consumer<V2Progress> watcher) {
        int all = writers.files();
        int done = 0;
        for (String workspace : writers.workspaces()) {
            for (var file : writers.of(workspace).entrySet()) {
                if (requests.contains(file.getValue().request())) {
                    JobId job = file.getValue().job();
                    lookAt(new WorkspaceName(workspace), file.getKey(), job, files);
                }
                done++;
                watcher.accept(new V2Progress(done, all, hashedBytes));
            }
        }
    }

    private void lookAt(WorkspaceName workspace, String path, JobId job, V2Files files) {
        Optional<V2Files.Facts> found;
        try {
            found = files.find(workspace, path, job);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "%s in workspace %s cannot be read; nothing was taken over: see who owns it and which user this is"
                            .formatted(path, workspace),
                    e);
        }
        if (found.isEmpty()) {
            missing++;
            notes.add(
                    "workspace %s: %s of job %s is gone; a job that needs it will ask for its action to be run again"
                            .formatted(workspace, path, job));
            return;
        }
        V2Files.Facts known = found.get();
        counts.merge(known.source(), 1, Integer::sum);
        if (known.source() == V2Files.Source.HASHED) {
            hashedBytes += known.bytes();
        }
        facts.computeIfAbsent(job, _ -> new HashMap<>()).put(path, known);
    }

    int count(V2Files.Source source) {
        return counts.getOrDefault(source, 0);
    }

    int missing() {
        return missing;
    }

    long hashedBytes() {
        return hashedBytes;
    }

    /** The paths that are {@code job}'s in its workspace. */
    Set<String> owned(JobId job) {
        return new HashSet<>(facts.getOrDefault(job, Map.of()).keySet());
    }

    /** The outputs of a job, sorted by path. */
    List<OutputFile> of(JobId job, V2Row row) {
        Map<String, V2Files.Facts> known = facts.getOrDefault(job, Map.of());
        Map<String, String> excluded = row.pairs("level4_excluded_files");
        var outputs = new ArrayList<OutputFile>();
        row.pairs("outputs")
                .forEach((path, key) -> {
                    PrivacyLevel level =
                            PrivacyLevel.ofKey(key)
                                    .orElseThrow(() ->
                                            new V2Row.UnfitRowException(
                                                    "has an output of an unknown level"));
                    outputs.add(
                            file(
                                    path,
                                    level,
                                    Optional.ofNullable(known.get(path))
                                            .orElseGet(() -> gone(row.endedAt())),
                                    Optional.ofNullable(excluded.get(path))));
                });
        outputs.sort(Comparator.comparing(OutputFile::path));
        return outputs;
    }

    private static OutputFile file(
            String path, PrivacyLevel level, V2Files.Facts facts, Optional<String> excluded) {
        return new OutputFile(
                path,
                level,
                facts.bytes(),
                facts.sha256(),
                facts.modifiedAt(),
                excluded.filter(_ -> level == PrivacyLevel.MODERATELY_SENSITIVE),
                facts.rows(),
                facts.columns());
    }

    private static V2Files.Facts gone(Instant at) {
        return new V2Files.Facts(
                0,
                UNKNOWN_HASH,
                at,
                OptionalLong.empty(),
                OptionalLong.empty(),
                V2Files.Source.MANIFEST_ONLY);
    }
}

package org.securebackend.runner.store.v2;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.WorkspaceName;

/**
 * Which job was the last to write each file of each workspace. Version 2 writes over what was there
 * whether or not a job succeeded, so of most jobs of the past nothing is left.
 */
final class V2LastWriters {
    private static final Comparator<Writing> BY_TIME =
            Comparator.comparingLong(Writing::endedAt).thenComparingLong(Writing::createdAt);

    private final Map<String, Map<String, Writing>> byWorkspace = new HashMap<>();

    /** Who wrote a file, and when. */
    record Writing(JobId job, String request, long endedAt, long createdAt) {}

    static V2LastWriters in(V2Database database) {
        var writers = new V2LastWriters();
        database.jobsWithFiles(writers::add);
        return writers;
    }

    private void add(V2Row row) {
        try {
            var writing =
                    new Writing(
                            new JobId(row.need("id")),
                            row.need("job_request_id"),
                            row.endedAt().toEpochMilli(),
                            row.createdAt().toEpochMilli());
            String workspace = new WorkspaceName(row.need("workspace")).value();
            Map<String, Writing> files =
                    byWorkspace.computeIfAbsent(workspace, _ -> new HashMap<>());
            row.pairs("outputs")
                    .keySet()
                    .forEach(path ->
                            files.merge(
                                    path,
                                    writing,
                                    (one, other) -> BY_TIME.compare(one, other) > 0 ? one : other));
        } catch (V2Row.UnfitRowException | IllegalArgumentException e) {
            // Such a job is taken over without its files, and that is told there.
            return;
        }
    }

    /** The writers of a workspace's files by path, sorted. */
    SortedMap<String, Writing> of(String workspace) {
        return new TreeMap<>(byWorkspace.getOrDefault(workspace, Map.of()));
    }

    Iterable<String> workspaces() {
        return byWorkspace.keySet().stream().sorted().toList();
    }

    int files() {
        return byWorkspace.values().stream().mapToInt(Map::size).sum();
    }
}

package org.securebackend.runner.outputs;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.OutputFile;
import org.securebackend.runner.job.WorkspaceName;

/** A record of files that tests write by hand. */
final class Records implements WorkspaceRecords {
    private final List<Made> files = new ArrayList<>();
    private final Map<JobId, Set<String>> paths = new HashMap<>();
    private Optional<JobId> publishing = Optional.empty();

    void succeeded(Job job, List<OutputFile> outputs) {
        files.removeIf(made ->
                made.job().definition().action().equals(job.definition().action())
                        || outputs.stream()
                                .anyMatch(file -> file.path().equals(made.file().path())));
        outputs.forEach(file -> files.add(new Made(job, file)));
        files.sort(Comparator.comparing(made -> made.file().path()));
        outputs.forEach(
                file -> paths.computeIfAbsent(job.id(), _ -> new HashSet<>()).add(file.path()));
    }

    void publishing(JobId job) {
        publishing = Optional.of(job);
    }

    @Override
    public List<Made> files(WorkspaceName workspace) {
        return List.copyOf(files);
    }

    @Override
    public Set<String> pathsOf(JobId job) {
        return paths.getOrDefault(job, Set.of());
    }

    @Override
    public Optional<JobId> beingPublished(WorkspaceName workspace) {
        return publishing;
    }
}

package org.securebackend.runner.housekeeping;

import static java.util.stream.Collectors.toSet;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.job.OutputFile;
import org.securebackend.runner.job.Verdict;
import org.securebackend.runner.job.WorkspaceName;
import org.securebackend.runner.outputs.WorkspaceRecords;
import org.securebackend.runner.store.JobStore;
import org.securebackend.runner.store.StoreException;

/** The store as the record of workspaces' files. */
public final class StoredRecords implements WorkspaceRecords {
    private final JobStore store;

    public StoredRecords(JobStore store) {
        this.store = store;
    }

    @Override
    public List<Made> files(WorkspaceName workspace) {
        Map<JobId, Job> jobs = new HashMap<>();
        return store.filesOf(workspace).stream()
                .map(owned -> new Made(jobs.computeIfAbsent(owned.job(), this::job), owned.file()))
                .toList();
    }

    private Job job(JobId id) {
        return store.job(id).orElseThrow(() -> new StoreException("there is no job " + id, null));
    }

    @Override
    public Set<String> pathsOf(JobId job) {
        return store.outputsOf(List.of(job)).getOrDefault(job, List.of()).stream()
                .map(OutputFile::path)
                .collect(toSet());
    }

    @Override
    public Optional<JobId> beingPublished(WorkspaceName workspace) {
        return store.openJobs().stream()
                .filter(job -> isPublished(job.state()))
                .filter(job -> job.work().workspace().equals(workspace))
                .map(Job::id)
                .findFirst();
    }

    private static boolean isPublished(JobState state) {
        return state instanceof JobState.Publishing(_, var verdict)
                && verdict instanceof Verdict.Success;
    }
}

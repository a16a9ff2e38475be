package org.securebackend.runner.scheduler;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.job.Work.Need;
import org.securebackend.runner.job.WorkspaceName;

/**
 * The jobs that are not done, as saved, and what they wait for. Belongs to the scheduler's thread:
 * its size follows what is open, never history; only of workspaces it knows all that there were.
 */
final class JobTable {
    private final Map<JobId, Job> open = new LinkedHashMap<>();
    private final Map<JobId, Dependencies> dependencies = new HashMap<>();
    private final Map<JobId, List<JobId>> dependents = new HashMap<>();

    private final Map<WorkspaceName, Instant> turns = new HashMap<>();

    private static final class Dependencies {
        private final Set<JobId> unfinished = new HashSet<>();
        private Optional<Need> lost = Optional.empty();
    }

    /** Finds a job that is not in the table; empty if there is no such job. */
    interface SavedJobs {
        Optional<Job> job(JobId id);
    }

    /** Takes in an open job and looks up what it waits for; nothing if it is there already. */
    void add(Job job, SavedJobs jobs) {
        if (open.putIfAbsent(job.id(), job) != null) {
            return;
        }
        var waits = new Dependencies();
        for (Need need : job.work().needs()) {
            switch (progress(need, jobs)) {
                case OPEN -> {
                    waits.unfinished.add(need.producer());
                    dependents
                            .computeIfAbsent(need.producer(), _ -> new ArrayList<>())
                            .add(job.id());
                }
                case LOST -> waits.lost = Optional.of(need);
                case MET -> {
                    // Its outputs are there.
                }
            }
        }
        dependencies.put(job.id(), waits);
    }

    private enum Progress {
        OPEN,
        MET,
        LOST
    }

    /** A producer may be taken in after those who wait for it. */
    private Progress progress(Need need, SavedJobs jobs) {
        if (open.containsKey(need.producer())) {
            return Progress.OPEN;
        }
        return jobs.job(need.producer())
                .map(producer ->
                        switch (producer.state()) {
                            case JobState.Open _ -> Progress.OPEN;
                            case JobState.Succeeded _ -> Progress.MET;
                            case JobState.Failed _ -> Progress.LOST;
                        })
                .orElse(Progress.LOST);
    }

    /** Takes over what is saved of {@link #lastTurn}. */
    void turnsWere(Map<WorkspaceName, Instant> saved) {
        turns.putAll(saved);
    }

    /** When a job of the workspace last got a slot; long ago if none ever did. */
    Instant lastTurn(WorkspaceName workspace) {
        return turns.getOrDefault(workspace, Instant.MIN);
    }

    private static boolean succeeded(Job job) {
        return job.state() instanceof JobState.Succeeded;
    }

    /** Takes over a saved change; a job that is done leaves the table. */
    void update(Job job) {
        if (job.state() instanceof JobState.Preparing) {
            turns.put(job.work().workspace(), job.changedAt());
        }
        if (!job.isDone()) {
            open.put(job.id(), job);
            return;
        }
        open.remove(job.id());
        dependencies.remove(job.id());
        List<JobId> waiting = dependents.remove(job.id());
        if (waiting != null) {
            waiting.forEach(dependent -> settle(dependent, job));
        }
    }

    private void settle(JobId dependent, Job finished) {
        Dependencies waits = dependencies.get(dependent);
        if (waits == null) {
            return;
        }
        waits.unfinished.remove(finished.id());
        if (!succeeded(finished)) {
            waits.lost = Optional.of(new Need(finished.definition().action(), finished.id()));
        }
    }

    Optional<Job> find(JobId id) {
        return Optional.ofNullable(open.get(id));
    }

    boolean contains(JobId id) {
        return open.containsKey(id);
    }

    /** The open jobs that wait for the outputs of this one. */
    List<Job> dependentsOf(JobId id) {
        return dependents.getOrDefault(id, List.of()).stream()
                .flatMap(dependent -> find(dependent).stream())
                .toList();
    }

    /** The open jobs, in the order in which they were taken in. */
    Collection<Job> jobs() {
        return open.values();
    }

    boolean waitsForOthers(JobId id) {
        Dependencies waits = dependencies.get(id);
        return waits != null && !waits.unfinished.isEmpty();
    }

    /** A need of the job that will never be met. */
    Optional<Need> lostNeed(JobId id) {
        Dependencies waits = dependencies.get(id);
        return waits == null ? Optional.empty() : waits.lost;
    }
}

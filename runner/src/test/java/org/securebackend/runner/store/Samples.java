package org.securebackend.runner.store;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.securebackend.runner.job.CodeLocation;
import org.securebackend.runner.job.CommitId;
import org.securebackend.runner.job.Exit;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobDefinition;
import org.securebackend.runner.job.JobEvent;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.JobRequest;
import org.securebackend.runner.job.JobResults;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.job.OutputFile;
import org.securebackend.runner.job.RequestId;
import org.securebackend.runner.job.StopReason;
import org.securebackend.runner.job.Work;
import org.securebackend.runner.job.WorkspaceName;
import org.securebackend.runner.pipeline.ActionName;
import org.securebackend.runner.pipeline.OutputPattern;
import org.securebackend.runner.pipeline.OutputSpec;
import org.securebackend.runner.pipeline.PrivacyLevel;
import org.securebackend.runner.pipeline.RunCommand;

/** Values for the tests of this room. */
final class Samples {
    static final Instant START = Instant.parse("2025-01-02T03:04:05.000000006Z");
    static final WorkspaceName WORKSPACE = new WorkspaceName("flucats");

    private Samples() {}

    static Instant at(long seconds) {
        return START.plusSeconds(seconds);
    }

    static RequestId requestId(String id) {
        return new RequestId(id);
    }

    static JobRequest request(String id) {
        return request(id, JobRequest.Origin.SERVER);
    }

    static JobRequest request(String id, JobRequest.Origin origin) {
        return new JobRequest(
                new RequestId(id),
                origin,
                WORKSPACE.value(),
                "https://example.org/study",
                "main",
                "0123456789012345678901234567890123456789",
                "default",
                List.of("first", "run_all"),
                List.of("gone"),
                true,
                false,
                Optional.of(new JobRequest.Requester("ann", "flu", List.of("clinic"))),
                START,
                "{\"identifier\":\"" + id + "\"}");
    }

    static Work work(WorkspaceName workspace) {
        return new Work(
                workspace,
                new CodeLocation("https://example.org/study", new CommitId("a".repeat(40))),
                Optional.of(
                        new CodeLocation(
                                "https://example.org/action", new CommitId("b".repeat(40)))),
                new RunCommand("python", "v2", List.of("python", "a b.py", "--é")),
                new OutputSpec(
                        List.of(
                                new OutputSpec.Output(
                                        PrivacyLevel.MODERATELY_SENSITIVE,
                                        "table",
                                        new OutputPattern("output/*.csv")))),
                List.of(
                        new Work.Need(
                                new ActionName("before"), JobId.of(requestId("r0"), "before"))),
                true,
                "default");
    }

    static Job waiting(String request, String action) {
        return waiting(request, action, START);
    }

    static Job waiting(String request, String action, Instant createdAt) {
        return waiting(request, action, createdAt, WORKSPACE);
    }

    static Job waiting(String request, String action, Instant createdAt, WorkspaceName workspace) {
        return Job.waiting(
                new JobDefinition(
                        JobId.of(requestId(request), action),
                        requestId(request),
                        new ActionName(action),
                        createdAt,
                        Optional.of(work(workspace))));
    }

    static Job withoutWork(String request, String action, JobState.Done end) {
        return Job.over(
                new JobDefinition(
                        JobId.of(requestId(request), action),
                        requestId(request),
                        new ActionName(action),
                        START,
                        Optional.empty()),
                end);
    }

    static OutputFile file(String path) {
        return new OutputFile(
                path,
                PrivacyLevel.HIGHLY_SENSITIVE,
                12,
                "c".repeat(64),
                at(9),
                Optional.empty(),
                OptionalLong.empty(),
                OptionalLong.empty());
    }

    static JobResults results(String... paths) {
        return new JobResults(
                Arrays.stream(paths).map(Samples::file).toList(),
                List.of(),
                List.of(),
                List.of(),
                List.of());
    }

    /** Takes a waiting job through its life, saving each step, until it has succeeded. */
    static Job succeed(JobStore store, Job job, String... outputs) {
        Job collecting = collecting(store, job);
        Job publishing = step(collecting, new JobEvent.Collected(List.of(), 0));
        store.saveResults(publishing.id(), results(outputs));
        store.save(List.of(publishing));
        return saved(store, step(publishing, new JobEvent.Published()));
    }

    static Job collecting(JobStore store, Job job) {
        Job executing = executing(store, job);
        Job executed = saved(store, step(executing, new JobEvent.ProgramExited(Exit.of(0), START)));
        return saved(store, step(executed, new JobEvent.CollectingStarted()));
    }

    static Job executing(JobStore store, Job job) {
        Job preparing = saved(store, step(job, new JobEvent.SlotGranted()));
        Job prepared =
                saved(
                        store,
                        step(
                                preparing,
                                new JobEvent.WorkspaceReady(
                                        new org.securebackend.runner.job.ImageDigest(
                                                "sha256:" + "0".repeat(64)))));
        return saved(store, step(prepared, new JobEvent.ProgramStarted(START)));
    }

    static Job cancelWaiting(JobStore store, Job job) {
        return saved(store, step(job, new JobEvent.StopRequested(StopReason.CANCELLED_BY_USER)));
    }

    static Job step(Job job, JobEvent event) {
        return job.after(event, job.changedAt().plusSeconds(1)).orElseThrow();
    }

    static Job saved(JobStore store, Job job) {
        store.save(List.of(job));
        return job;
    }
}

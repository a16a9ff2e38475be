package org.securebackend.runner.scheduler;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.securebackend.runner.job.CodeLocation;
import org.securebackend.runner.job.CommitId;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobDefinition;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.JobRequest;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.job.RequestId;
import org.securebackend.runner.job.TestRequests;
import org.securebackend.runner.job.Work;
import org.securebackend.runner.job.Work.Need;
import org.securebackend.runner.job.WorkspaceName;
import org.securebackend.runner.pipeline.ActionName;
import org.securebackend.runner.pipeline.OutputPattern;
import org.securebackend.runner.pipeline.OutputSpec;
import org.securebackend.runner.pipeline.PrivacyLevel;
import org.securebackend.runner.pipeline.RunCommand;

/** Jobs for tests of the scheduler. */
final class TestJobs {
    static final Instant T0 = TestRequests.RECEIVED;
    static final String STUDY = TestRequests.STUDY;
    static final CommitId COMMIT = new CommitId(TestRequests.COMMIT);

    private TestJobs() {}

    static JobRequest request(String id, String workspace, String... actions) {
        return TestRequests.of(id, workspace, actions);
    }

    /** A waiting job of {@code workspace}'s request of the same name. */
    static Job job(String workspace, String action, String... needs) {
        return job(workspace, action, false, T0, needs);
    }

    static Job databaseJob(String workspace, String action) {
        return job(workspace, action, true, T0);
    }

    static Job job(
            String workspace,
            String action,
            boolean requiresDatabase,
            Instant createdAt,
            String... needs) {
        var request = new RequestId(workspace);
        var work =
                new Work(
                        new WorkspaceName(workspace),
                        new CodeLocation(STUDY, COMMIT),
                        Optional.empty(),
                        new RunCommand("python", "v1", List.of("python", action)),
                        new OutputSpec(
                                List.of(
                                        new OutputSpec.Output(
                                                PrivacyLevel.HIGHLY_SENSITIVE,
                                                "out",
                                                new OutputPattern("output/" + action + ".csv")))),
                        Arrays.stream(needs)
                                .map(need ->
                                        new Need(new ActionName(need), JobId.of(request, need)))
                                .toList(),
                        requiresDatabase,
                        "default");
        return Job.waiting(
                new JobDefinition(
                        JobId.of(request, action),
                        request,
                        new ActionName(action),
                        createdAt,
                        Optional.of(work)));
    }

    static Job in(Job job, JobState state) {
        return new Job(job.definition(), state, job.changedAt(), job.version(), job.image());
    }
}

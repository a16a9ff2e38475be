package org.securebackend.runner.server;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.securebackend.runner.job.CodeLocation;
import org.securebackend.runner.job.CommitId;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobDefinition;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.job.RequestId;
import org.securebackend.runner.job.Work;
import org.securebackend.runner.job.WorkspaceName;
import org.securebackend.runner.pipeline.ActionName;
import org.securebackend.runner.pipeline.OutputSpec;
import org.securebackend.runner.pipeline.RunCommand;

/** Jobs to report. */
final class SampleJobs {
    static final Instant CREATED = Instant.parse("2022-08-16T11:05:00.999Z");
    static final Instant CHANGED = Instant.parse("2022-08-17T05:26:32.5Z");

    private SampleJobs() {}

    static Job in(JobState state, String request, String action) {
        return new Job(definition(request, action, true), state, CHANGED, 1, Optional.empty());
    }

    static Job withoutWork(JobState state, String request) {
        var id = new RequestId(request);
        var action = JobDefinition.ERROR_ACTION;
        var definition =
                new JobDefinition(
                        JobId.of(id, action.value()), id, action, CREATED, Optional.empty());
        return new Job(definition, state, CHANGED, 1, Optional.empty());
    }

    static JobDefinition definition(String request, String action, boolean requiresDatabase) {
        var id = new RequestId(request);
        var work =
                new Work(
                        new WorkspaceName("flucats"),
                        new CodeLocation(
                                "https://github.com/opensafely/FLUCATS",
                                new CommitId("0478b820776dfc4189a97bb903b7fd0c00db1346")),
                        Optional.empty(),
                        new RunCommand(
                                "cohortextractor",
                                "latest",
                                List.of("generate_cohort", "--index-date-range", "a to b's")),
                        new OutputSpec(List.of()),
                        List.of(),
                        requiresDatabase,
                        "default");
        return new JobDefinition(
                JobId.of(id, action), id, new ActionName(action), CREATED, Optional.of(work));
    }
}

package org.securebackend.runner.outputs;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.securebackend.runner.job.CodeLocation;
import org.securebackend.runner.job.CommitId;
import org.securebackend.runner.job.Exit;
import org.securebackend.runner.job.FailureReason;
import org.securebackend.runner.job.ImageDigest;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobDefinition;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.job.RequestId;
import org.securebackend.runner.job.Success;
import org.securebackend.runner.job.Verdict;
import org.securebackend.runner.job.Work;
import org.securebackend.runner.job.WorkspaceName;
import org.securebackend.runner.pipeline.ActionName;
import org.securebackend.runner.pipeline.OutputPattern;
import org.securebackend.runner.pipeline.OutputSpec;
import org.securebackend.runner.pipeline.OutputSpec.Output;
import org.securebackend.runner.pipeline.PrivacyLevel;
import org.securebackend.runner.pipeline.RunCommand;

/** Jobs with all that outputs need to know of them. */
final class Jobs {
    static final WorkspaceName WORKSPACE = new WorkspaceName("tea");
    static final Instant START = Instant.parse("2026-03-31T22:00:00Z");
    static final Instant END = Instant.parse("2026-03-31T23:30:00Z");

    private Jobs() {}

    /** Patterns as {@code level:pattern}, the level by its first two letters: hi, mo, mi. */
    static OutputSpec outputs(String... patterns) {
        var outputs = new ArrayList<Output>();
        for (String text : patterns) {
            outputs.add(
                    new Output(
                            level(text.substring(0, 2)),
                            "label",
                            new OutputPattern(text.substring(3))));
        }
        return new OutputSpec(outputs);
    }

    private static PrivacyLevel level(String letters) {
        return switch (letters) {
            case "hi" -> PrivacyLevel.HIGHLY_SENSITIVE;
            case "mo" -> PrivacyLevel.MODERATELY_SENSITIVE;
            case "mi" -> PrivacyLevel.MINIMALLY_SENSITIVE;
            default -> throw new IllegalArgumentException(letters);
        };
    }

    static Job job(String request, String... patterns) {
        return jobOf("brew", request, patterns);
    }

    static Job jobOf(String action, String request, String... patterns) {
        var requestId = new RequestId(request);
        var work =
                new Work(
                        WORKSPACE,
                        new CodeLocation(
                                "https://github.com/opensafely/tea",
                                new CommitId("0123456789abcdef0123456789abcdef01234567")),
                        Optional.empty(),
                        new RunCommand("python", "v2", List.of("brew.py")),
                        outputs(patterns),
                        List.of(),
                        false,
                        "default");
        return new Job(
                new JobDefinition(
                        JobId.of(requestId, action),
                        requestId,
                        new ActionName(action),
                        START,
                        Optional.of(work)),
                new JobState.Publishing(START, new Verdict.Success(0)),
                END,
                5,
                Optional.of(new ImageDigest("sha256:" + "ab".repeat(32))));
    }

    static Job in(Job job, JobState state) {
        return new Job(job.definition(), state, job.changedAt(), job.version(), job.image());
    }

    static Job succeeded(Job job) {
        return in(job, new JobState.Succeeded(Optional.of(START), END, new Success.Ran(0)));
    }

    static Job failing(Job job) {
        return in(
                job,
                new JobState.Publishing(
                        START, new Verdict.Failure(new FailureReason.NonZeroExit(Exit.of(1)))));
    }
}

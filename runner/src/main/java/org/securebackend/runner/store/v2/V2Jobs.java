package org.securebackend.runner.store.v2;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.securebackend.runner.job.FailureReason;
import org.securebackend.runner.job.ImageDigest;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobDefinition;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.JobResults;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.job.RequestId;
import org.securebackend.runner.job.Success;
import org.securebackend.runner.job.WaitReason;
import org.securebackend.runner.job.Work;
import org.securebackend.runner.pipeline.ActionName;
import org.securebackend.runner.store.History.PastJob;

/**
 * Turns version 2's jobs into ours, oldest first. A job that was over stays as it ended. One that
 * waited waits; one that ran is put back and runs from its beginning, as after a restart of the
 * host. One that cannot be said in our terms is kept as a fact without work, and if it was not over
 * it fails with a message that asks for a new request: so nothing vanishes without a word.
 */
final class V2Jobs {
    private static final Set<String> FAILURE_CODES =
            Set.of(
                    "dependency_failed",
                    "nonzero_exit",
                    "unmatched_patterns",
                    "cancelled_by_user",
                    "internal_error",
                    "killed_by_admin",
                    "stale_codelists");
    private static final String UNFIT =
            "This job could not be taken over when the backend's runner was replaced; please request it again";

    private final V2Works works;
    private final V2Outputs outputs;
    private final V2Notes notes;
    private final Instant now;

    V2Jobs(V2Works works, V2Outputs outputs, V2Notes notes, Instant now) {
        this.works = works;
        this.outputs = outputs;
        this.notes = notes;
        this.now = now;
    }

    /** The job, or nothing if not even its id or its action can be made out. */
    Optional<PastJob> read(RequestId request, V2Row row) {
        JobId id;
        ActionName action;
        try {
            id = new JobId(row.need("id"));
            action = new ActionName(row.need("action"));
        } catch (V2Row.UnfitRowException | IllegalArgumentException e) {
            notes.add("a job of request %s is left out: %s".formatted(request, e.getMessage()));
            return Optional.empty();
        }
        Optional<Work> work = work(id, row);
        var definition = new JobDefinition(id, request, action, row.createdAt(), work);
        JobState state = state(row, work);
        var job = new Job(definition, state, row.changedAt(), 0, image(row, state));
        if (work.isPresent()) {
            works.seen(row);
        }
        Optional<JobResults> results = work.flatMap(_ -> results(job, row));
        return Optional.of(
                new PastJob(job, results, results.isPresent() ? outputs.owned(id) : Set.of()));
    }

    private Optional<Work> work(JobId id, V2Row row) {
        // Version 2's own sign of a job that only tells something.
        if (row.text("run_command").isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(works.of(row));
        } catch (V2Row.UnfitRowException | IllegalArgumentException e) {
            notes.add(
                    "job %s (%s) is kept as a record only, and counts as no run of its action: %s"
                            .formatted(id, row.text("state").orElse("?"), e.getMessage()));
            return Optional.empty();
        }
    }

    private JobState state(V2Row row, Optional<Work> work) {
        String state = row.text("state").orElse("");
        return switch (state) {
            case "pending" -> open(row, work, new WaitReason.Created());
            case "running" -> open(row, work, new WaitReason.Reboot());
            case "succeeded" ->
                    new JobState.Succeeded(
                            row.time("started_at"),
                            row.endedAt(),
                            new Success.Recorded(
                                    row.text("status_message").orElse("Completed successfully")));
            case "failed" ->
                    new JobState.Failed(row.time("started_at"), row.endedAt(), reason(row));
            default ->
                    throw new V2RefusedException(
                            "job %s is in a state that version 2 does not know: nothing was taken over"
                                    .formatted(row.text("id").orElse("?")));
        };
    }

    private JobState open(V2Row row, Optional<Work> work, WaitReason reason) {
        if (row.isSet("cancelled")) {
            return new JobState.Failed(
                    row.time("started_at"),
                    row.time("completed_at").orElse(now),
                    new FailureReason.CancelledByUser());
        }
        return work.isPresent()
                ? new JobState.Waiting(reason)
                : new JobState.Failed(
                        Optional.empty(), now, new FailureReason.Recorded("internal_error", UNFIT));
    }

    private static FailureReason reason(V2Row row) {
        String code =
                row.text("status_code").filter(FAILURE_CODES::contains).orElse("internal_error");
        return code.equals("cancelled_by_user")
                ? new FailureReason.CancelledByUser()
                : new FailureReason.Recorded(
                        code, row.text("status_message").orElse("Failed; nobody noted why"));
    }

    private static Optional<ImageDigest> image(V2Row row, JobState state) {
        return row.text("image_id")
                .filter(_ -> state instanceof JobState.Done)
                .filter(ImageDigest::isValid)
                .map(ImageDigest::new);
    }

    private Optional<JobResults> results(Job job, V2Row row) {
        if (!job.isDone() || row.text("outputs").isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new JobResults(
                            outputs.of(job.id(), row),
                            List.of(),
                            row.texts("unmatched_outputs").stream().sorted().toList(),
                            List.of(),
                            List.of()));
        } catch (V2Row.UnfitRowException e) {
            notes.add("job %s is kept without its files: %s".formatted(job.id(), e.getMessage()));
            return Optional.empty();
        }
    }
}

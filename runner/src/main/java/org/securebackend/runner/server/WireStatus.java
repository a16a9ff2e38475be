package org.securebackend.runner.server;

import org.securebackend.runner.job.FailureReason;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.job.WaitReason;

/**
 * The server's words for our states (protocol, section 5; job lifecycle, section 4). A state
 * without words does not compile.
 *
 * @param status {@code pending}, {@code running}, {@code failed} or {@code succeeded}
 * @param code the fine status code
 */
public record WireStatus(String status, String code) {

    /** The words for {@code state}. */
    public static WireStatus of(JobState state) {
        return switch (state) {
            case JobState.Waiting(var reason) -> pending(reason);
            case JobState.Preparing _ -> running("preparing");
            case JobState.Prepared _ -> running("prepared");
            case JobState.Executing _ -> running("executing");
            case JobState.Executed _ -> running("executed");
            case JobState.Collecting _ -> running("finalizing");
            case JobState.Publishing _ -> running("finalized");
            // Its program is being killed or is dead; users are told why in the message.
            case JobState.Stopping _, JobState.Overrunning _ -> running("executed");
            case JobState.Succeeded _ -> new WireStatus("succeeded", "succeeded");
            case JobState.Failed(_, _, var reason) -> new WireStatus("failed", failure(reason));
        };
    }

    private static WireStatus running(String code) {
        return new WireStatus("running", code);
    }

    private static WireStatus pending(WaitReason reason) {
        String code =
                switch (reason) {
                    case WaitReason.Created _ -> "created";
                    case WaitReason.Paused _ -> "paused";
                    case WaitReason.DatabaseMaintenance _ -> "waiting_db_maintenance";
                    case WaitReason.Dependencies _ -> "waiting_on_dependencies";
                    // The server's word for "the executor has no means to run it now".
                    case WaitReason.Workers _, WaitReason.Memory _, WaitReason.Platform _ ->
                            "waiting_on_workers";
                    case WaitReason.DatabaseWorkers _ -> "waiting_on_db_workers";
                    case WaitReason.Reboot _ -> "waiting_on_reboot";
                };
        return new WireStatus("pending", code);
    }

    private static String failure(FailureReason reason) {
        return switch (reason) {
            case FailureReason.NonZeroExit _ -> "nonzero_exit";
            case FailureReason.UnmatchedPatterns _ -> "unmatched_patterns";
            case FailureReason.CancelledByUser _ -> "cancelled_by_user";
            // Its program did nothing wrong that an exit code would tell: the backend's own rule
            // ended it, which is its operators' doing.
            case FailureReason.KilledByAdmin _, FailureReason.TimeLimit _ -> "killed_by_admin";
            case FailureReason.DependencyFailed _ -> "dependency_failed";
            case FailureReason.StaleCodelists _ -> "stale_codelists";
            case FailureReason.RequestError _,
                    FailureReason.CannotRun _,
                    FailureReason.Platform _ ->
                    "internal_error";
            case FailureReason.Recorded(var code, _) -> code;
        };
    }
}

package org.securebackend.runner.store;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.job.WorkspaceName;

/** The table {@code workspace_turn}: when each workspace last got a slot. */
final class TurnRows {
    static final String ALL = "SELECT workspace, granted_at FROM workspace_turn";

    private TurnRows() {}

    /** A job that is being prepared has just got a slot; any other changes nothing. */
    static void note(Handle handle, Job job) {
        if (job.state() instanceof JobState.Preparing) {
            handle.execute(
                    "INSERT OR REPLACE INTO workspace_turn (workspace, granted_at) VALUES (?, ?)",
                    job.work().workspace().value(),
                    Times.column(job.changedAt()));
        }
    }

    static Map<WorkspaceName, Instant> all(Handle handle) {
        var turns = new HashMap<WorkspaceName, Instant>();
        handle.createQuery(ALL)
                .map((row, _) ->
                        Map.entry(
                                new WorkspaceName(row.getString("workspace")),
                                Times.instant(row.getLong("granted_at"))))
                .forEach(turn -> turns.put(turn.getKey(), turn.getValue()));
        return turns;
    }
}

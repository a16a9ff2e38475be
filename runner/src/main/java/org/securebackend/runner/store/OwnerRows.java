package org.securebackend.runner.store;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.job.Success;
import org.securebackend.runner.job.WorkspaceName;
import org.securebackend.runner.pipeline.ActionName;
import org.securebackend.runner.store.JobStore.OwnedFile;

/** The table {@code workspace_file}: whose output each file of a workspace is now. */
final class OwnerRows {
    static final String OWNERS =
            """
            SELECT file.path, job.id
            FROM json_each(:paths) wanted
            CROSS JOIN workspace_file file
                ON file.workspace = :workspace AND file.path = wanted.value
            CROSS JOIN job ON job.seq = file.job
            """;

    static final String OF_ACTION =
            """
            SELECT job_output.*, job.id AS job_id
            FROM workspace_file file INDEXED BY workspace_file_of_action
            CROSS JOIN job_output ON job_output.job = file.job AND job_output.path = file.path
            CROSS JOIN job ON job.seq = file.job
            WHERE file.workspace = :workspace AND file.action = :action
            """;

    static final String OF_WORKSPACE =
            """
            SELECT job_output.*, job.id AS job_id
            FROM workspace_file file
            CROSS JOIN job_output ON job_output.job = file.job AND job_output.path = file.path
            CROSS JOIN job ON job.seq = file.job
            WHERE file.workspace = :workspace
            """;

    /** Walks the primary key from workspace to workspace, so that it reads one file of each. */
    static final String WORKSPACES =
            """
            WITH RECURSIVE step (workspace) AS (
                SELECT min(workspace) FROM workspace_file
                UNION ALL
                SELECT (SELECT min(workspace) FROM workspace_file
                    WHERE workspace > step.workspace)
                FROM step WHERE step.workspace IS NOT NULL
            )
            SELECT workspace FROM step WHERE workspace IS NOT NULL
            """;

    private OwnerRows() {}

    /** Gives a job that has run and succeeded the files that it made; any other changes nothing. */
    static void handOver(Handle handle, long key, Job job) {
        if (job.state() instanceof JobState.Succeeded(_, _, Success.Ran _)) {
            String workspace = job.work().workspace().value();
            String action = job.definition().action().value();
            handle.execute(
                    "DELETE FROM workspace_file WHERE workspace = ? AND action = ?",
                    workspace,
                    action);
            handle.execute(
                    """
                    INSERT OR REPLACE INTO workspace_file (workspace, path, action, job)
                    SELECT ?, path, ?, job FROM job_output WHERE job = ?
                    """,
                    workspace,
                    action,
                    key);
        }
    }

    /** Gives a job of another runner the files that are its and nobody else's here. */
    static void claim(Handle handle, long key, Job job, Collection<String> paths) {
        handle.createUpdate(
                        """
                        INSERT OR IGNORE INTO workspace_file (workspace, path, action, job)
                        SELECT :workspace, job_output.path, :action, job_output.job
                        FROM json_each(:paths) wanted
                        CROSS JOIN job_output
                            ON job_output.job = :job AND job_output.path = wanted.value
                        """)
                .bind("workspace", job.work().workspace().value())
                .bind("action", job.definition().action().value())
                .bind("paths", Json.write(Json.texts(paths)))
                .bind("job", key)
                .execute();
    }

    static Map<String, JobId> owners(
            Handle handle, WorkspaceName workspace, Collection<String> paths) {
        var owners = new HashMap<String, JobId>();
        handle.createQuery(OWNERS)
                .bind("workspace", workspace.value())
                .bind("paths", Json.write(Json.texts(paths)))
                .map((row, _) -> Map.entry(row.getString("path"), new JobId(row.getString("id"))))
                .forEach(owner -> owners.put(owner.getKey(), owner.getValue()));
        return owners;
    }

    /** Sorted by path. */
    static List<OwnedFile> ofAction(Handle handle, WorkspaceName workspace, ActionName action) {
        return files(
                handle.createQuery(OF_ACTION)
                        .bind("workspace", workspace.value())
                        .bind("action", action.value()));
    }

    /** By name. */
    static List<WorkspaceName> workspaces(Handle handle) {
        return handle.createQuery(WORKSPACES).mapTo(String.class).map(WorkspaceName::new).list();
    }

    /** Sorted by path. */
    static List<OwnedFile> ofWorkspace(Handle handle, WorkspaceName workspace) {
        return files(handle.createQuery(OF_WORKSPACE).bind("workspace", workspace.value()));
    }

    private static List<OwnedFile> files(Query query) {
        List<OwnedFile> files =
                query.map((row, _) ->
                                new OwnedFile(
                                        OutputRows.file(row), new JobId(row.getString("job_id"))))
                        .list();
        return files.stream()
                .sorted(Comparator.comparing(OwnedFile::file, OutputRows.BY_PATH))
                .toList();
    }
}

package org.securebackend.runner.outputs;

import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.WorkspaceName;
import org.securebackend.runner.outputs.storage.Storage;
import org.securebackend.runner.outputs.storage.StoragePath;
import org.securebackend.runner.pipeline.ActionName;

/** What lies where in both storages (executor-and-outputs.md, section 8). */
final class Places {
    /** How many parts of the path of an output lead to its workspace's folder. */
    static final int WORKSPACE_PARTS = 2;

    private static final DateTimeFormatter MONTH =
            DateTimeFormatter.ofPattern("uuuu-MM", Locale.ROOT);

    private Places() {}

    /** The folder of all workspaces' folders. */
    static StoragePath workspaces() {
        return StoragePath.of("workspaces");
    }

    static StoragePath workspace(WorkspaceName workspace) {
        return StoragePath.of("workspaces", workspace.value());
    }

    static StoragePath output(WorkspaceName workspace, String path) {
        return workspace(workspace).plus(path);
    }

    /** The file that says why {@code path} is not at level 4. */
    static StoragePath message(WorkspaceName workspace, String path) {
        return output(workspace, messageName(path));
    }

    static String messageName(String path) {
        return path + ".txt";
    }

    static StoragePath metadata(WorkspaceName workspace, String name) {
        return StoragePath.of("workspaces", workspace.value(), "metadata", name);
    }

    static StoragePath userLog(WorkspaceName workspace, ActionName action) {
        return metadata(workspace, action.value() + ".log");
    }

    static StoragePath log(JobId job, LocalDate ended, String name) {
        return StoragePath.of("logs", MONTH.format(ended), "os-job-" + job.value(), name);
    }

    /** All of a job that was collected and is not published yet. */
    static StoragePath staged(JobId job) {
        return StoragePath.of(Storage.STAGING, job.value());
    }

    /** Collected files that were copied; collecting again makes them again. */
    static StoragePath copied(JobId job) {
        return staged(job).plus("copied");
    }

    static StoragePath copied(JobId job, String path) {
        return copied(job).plus(path);
    }

    /** Collected files that were moved, so that the workspace has them no more. */
    static StoragePath moved(JobId job) {
        return staged(job).plus("moved");
    }

    static StoragePath moved(JobId job, String path) {
        return moved(job).plus(path);
    }

    /** Files that were moved before it was seen that they are no outputs. */
    static StoragePath refused(JobId job) {
        return staged(job).plus("refused");
    }

    /** The folder of files of jobs that did not succeed. */
    static StoragePath failed() {
        return StoragePath.of("failed");
    }

    /** The folder of all months' logs. */
    static StoragePath logs() {
        return StoragePath.of("logs");
    }

    /** Files of a job that did not succeed. */
    static StoragePath failed(JobId job) {
        return failed().plus(job.value());
    }
}

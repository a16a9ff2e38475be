package org.securebackend.runner.outputs;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.OutputFile;
import org.securebackend.runner.job.WorkspaceName;

/** What is on record of workspaces' files: the source that their manifests are made of. */
public interface WorkspaceRecords {

    /** A file and the job whose output it is now. */
    record Made(Job job, OutputFile file) {}

    /** Every file of a workspace that is some job's output now, sorted by path. */
    List<Made> files(WorkspaceName workspace);

    /** The paths of all files that a job made, also of those that others have made since. */
    Set<String> pathsOf(JobId job);

    /** A job whose files may be in place already, though the record does not show it yet. */
    Optional<JobId> beingPublished(WorkspaceName workspace);
}

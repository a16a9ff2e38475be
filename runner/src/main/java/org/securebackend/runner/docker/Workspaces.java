package org.securebackend.runner.docker;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.securebackend.runner.executor.JobWorkspace;
import org.securebackend.runner.executor.Remains;
import org.securebackend.runner.executor.WorkspaceWriter;
import org.securebackend.runner.job.JobId;

/**
 * The workspaces of all jobs. Which kind a job's is of is found by looking, so that jobs go on as
 * they began when the configured kind changes. A directory comes before a volume: should there be
 * both, the volume is what was left of an earlier attempt.
 */
final class Workspaces {
    private final WorkspacePlace place;
    private final ContainerUser user;
    private final Volumes volumes;
    private final Containers containers;

    Workspaces(DockerSettings settings, Volumes volumes, Containers containers) {
        this.place = settings.workspaces();
        this.user = settings.user();
        this.volumes = volumes;
        this.containers = containers;
    }

    JobWorkspace of(JobId job) {
        return new Sought(job);
    }

    /** The one that there is; empty if there is none. */
    Optional<Workspace> find(JobId job) {
        return Stream.of(directory(job), volume(job)).filter(Workspace::exists).findFirst();
    }

    /** Of either kind; fine if there is none. */
    void remove(JobId job) throws IOException {
        directory(job).remove();
        volume(job).remove();
    }

    /** What there is of workspaces of either kind. */
    List<Remains> remains() throws IOException {
        var remains = new ArrayList<Remains>(BindWorkspace.remainsIn(place));
        remains.addAll(volumes.remains());
        return remains;
    }

    private Workspace directory(JobId job) {
        return new BindWorkspace(place, user, job);
    }

    private Workspace volume(JobId job) {
        return new VolumeWorkspace(volumes, job);
    }

    /** Looks when it is asked something. */
    private final class Sought implements JobWorkspace {
        private final JobId job;

        Sought(JobId job) {
            this.job = job;
        }

        @Override
        public WorkspaceWriter rewrite() throws IOException {
            return switch (place.kind()) {
                case BIND -> directory(job).rewrite();
                case VOLUME -> {
                    directory(job).remove();
                    // It would keep the old volume in use.
                    containers.removeUnstarted(job);
                    yield volume(job).rewrite();
                }
            };
        }

        @Override
        public void visit(EntryVisitor visitor) throws IOException {
            find(job)
                    .orElseThrow(() -> new FileNotFoundException("no workspace of job " + job))
                    .visit(visitor);
        }
    }
}

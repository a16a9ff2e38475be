package org.securebackend.runner.docker;

import com.github.dockerjava.api.model.Mount;
import java.io.FileNotFoundException;
import java.io.IOException;
import org.securebackend.runner.executor.WorkspaceWriter;
import org.securebackend.runner.job.JobId;

/** A volume of the engine. It is filled and read as an archive, and never by a program. */
final class VolumeWorkspace implements Workspace {
    private final Volumes volumes;
    private final JobId job;

    VolumeWorkspace(Volumes volumes, JobId job) {
        this.volumes = volumes;
        this.job = job;
    }

    @Override
    public WorkspaceWriter rewrite() throws IOException {
        volumes.remove(job);
        volumes.make(job);
        return volumes.fill(job);
    }

    @Override
    public void visit(EntryVisitor visitor) throws IOException {
        if (!exists()) {
            throw new FileNotFoundException("no volume of job " + job);
        }
        volumes.visit(job, visitor);
    }

    @Override
    public boolean exists() {
        return volumes.has(job);
    }

    @Override
    public Mount mount() {
        return Volumes.mount(job);
    }

    @Override
    public void remove() {
        volumes.remove(job);
    }
}

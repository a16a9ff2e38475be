package org.securebackend.runner.docker;

import com.github.dockerjava.api.model.Mount;
import java.io.IOException;
import org.securebackend.runner.executor.JobWorkspace;

/** A job's workspace of one kind. */
sealed interface Workspace extends JobWorkspace permits BindWorkspace, VolumeWorkspace {

    boolean exists();

    /** What puts it into a container. */
    Mount mount();

    /** Fine if it is absent; finishes what an earlier removal left. */
    void remove() throws IOException;
}

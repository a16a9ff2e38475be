package org.securebackend.runner.store.v2;

import java.io.IOException;
import java.util.Map;
import org.securebackend.runner.job.JobId;

/** The containers that version 2 left on the engine. */
public interface V2Containers {
    /**
     * Containers of version 2's jobs, by job.
     *
     * @throws IOException if the engine cannot be asked; the message says why
     */
    Map<JobId, State> left() throws IOException;

    /** Whether a container's program is still at work. */
    enum State {
        RUNNING,
        STOPPED
    }
}

package org.securebackend.runner.doctor;

import java.util.Optional;

/** Gives what checks can look at containers from the inside with; made once for all of them. */
public interface Probing {
    /**
     * A probe, or empty if there is no image to make one of.
     *
     * @throws org.securebackend.runner.executor.ExecutorException if the engine cannot be asked
     */
    Optional<Probe> probe();
}

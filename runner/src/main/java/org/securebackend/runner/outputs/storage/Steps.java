package org.securebackend.runner.outputs.storage;

import java.io.IOException;

/** Is told of every change of a storage just before it is made, and may stand in its way. */
@FunctionalInterface
public interface Steps {
    /** Lets everything happen. */
    Steps FREE = step -> {};

    /**
     * A change is about to be made.
     *
     * @param step what and where, for people to read
     * @throws IOException to prevent it
     */
    void before(String step) throws IOException;
}

package org.securebackend.runner.housekeeping;

import java.io.IOException;

/** Something that is done now and then. May be repeated at any time, and interrupted. */
public interface Task {
    /** What it is called. */
    String name();

    /** Does it; answers in a few words what was done. */
    String run() throws IOException;
}

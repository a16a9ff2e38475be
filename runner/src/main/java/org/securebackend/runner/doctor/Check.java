package org.securebackend.runner.doctor;

import java.util.List;

/** Looks at one thing that jobs need. */
public interface Check {
    /** What is looked at, in a word or two. */
    String name();

    /**
     * What there is to say; never empty, never a secret. May block; is interrupted if it takes
     * long.
     */
    List<Finding> examine() throws InterruptedException;
}

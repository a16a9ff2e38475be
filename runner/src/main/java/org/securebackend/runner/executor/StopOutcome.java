package org.securebackend.runner.executor;

/** What came of the order to stop a program. */
public enum StopOutcome {
    /** It ran until it was asked to end, or made to. */
    STOPPED,
    /** It did not run any more, or never did. */
    WAS_NOT_RUNNING
}

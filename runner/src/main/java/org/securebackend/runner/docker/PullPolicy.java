package org.securebackend.runner.docker;

/** Whether images are fetched from a registry; never between a job's check and its start. */
public enum PullPolicy {
    /** An absent image stays absent. */
    NEVER,
    /** An absent image is fetched when it is looked for. */
    MISSING
}

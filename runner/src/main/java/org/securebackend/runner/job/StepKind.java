package org.securebackend.runner.job;

/** The kinds of work that a job's life is made of. */
public enum StepKind {
    PREPARE,
    START,
    FIND,
    COLLECT,
    PUBLISH,
    STOP,
    TIDY
}

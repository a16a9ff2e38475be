package org.securebackend.runner.pipeline;

/** What a backend's database holds: decides whether jobs that ask for it really get one. */
public enum DataKind {
    REAL,
    DUMMY
}

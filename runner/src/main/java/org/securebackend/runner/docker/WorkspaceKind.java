package org.securebackend.runner.docker;

/** How a workspace gets into a container. */
public enum WorkspaceKind {
    /** A directory of the host, bound into it. */
    BIND,
    /** A volume of the engine, which may be on another host. */
    VOLUME
}

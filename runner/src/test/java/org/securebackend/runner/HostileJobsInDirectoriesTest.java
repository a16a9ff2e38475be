package org.securebackend.runner;

/** Hostile jobs in directories of this host that are mounted into their containers. */
class HostileJobsInDirectoriesTest extends HostileJobsContract {
    @Override
    protected String workspaceKind() {
        return "bind";
    }
}

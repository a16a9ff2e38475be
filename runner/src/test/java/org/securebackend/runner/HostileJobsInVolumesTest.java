package org.securebackend.runner;

import java.util.Set;
import org.securebackend.runner.outputs.HostileTree;

/** Hostile jobs in volumes of the Docker engine. */
class HostileJobsInVolumesTest extends HostileJobsContract {
    @Override
    protected String workspaceKind() {
        return "volume";
    }

    /** The engine would send every byte of it. */
    @Override
    protected Set<HostileTree> refusedWhole() {
        return Set.of(HostileTree.SPARSE_TERABYTE);
    }
}

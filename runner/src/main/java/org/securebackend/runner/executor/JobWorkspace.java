package org.securebackend.runner.executor;

import java.io.IOException;

/** The files of one job, which its program sees as {@code /workspace}. What is in it is hostile. */
public interface JobWorkspace {

    /** Makes it anew and empty, whatever there was, for filling; close it when all is in. */
    WorkspaceWriter rewrite() throws IOException;

    /**
     * Shows every entry below the workspace, parents before children; order otherwise undefined.
     * Never follows a link.
     *
     * @throws java.io.FileNotFoundException if there is no workspace
     */
    void visit(EntryVisitor visitor) throws IOException;

    /** Is shown the entries of a workspace. */
    interface EntryVisitor {
        /** Content is good only until this returns; refused for anything but regular files. */
        void entry(WorkspaceEntry entry, EntryContent content) throws IOException;
    }
}

package org.securebackend.runner.source;

import java.util.Optional;
import org.securebackend.runner.job.CodeLocation;
import org.securebackend.runner.job.CommitId;

/**
 * Code of studies and reusable actions. Every method blocks, ends within a bounded time, and may be
 * called from many threads: work on one repository is done once and shared, a slow repository
 * delays nobody else.
 *
 * <p>All throw {@link SourceRefusedException} for what asking again will not mend, and {@link
 * SourceUnavailableException} for what may pass.
 */
public interface StudySource {

    /**
     * Checks that a study may be run: its repository is one of the allowed ones, and the commit
     * lies on the branch. Afterwards the commit is in the local cache.
     *
     * @param repositoryUrl as the server gave it
     * @param commit as the server gave it, hopefully 40 hex digits
     * @return the checked place
     */
    CodeLocation checkStudy(String repositoryUrl, String branch, String commit);

    /**
     * Finds a reusable action: its commit is that of the tag, and lies on the approved branch.
     *
     * @param name the name in the run command, which is the repository's
     * @param version the tag
     */
    CodeLocation checkAction(String name, String version);

    /** A file of a commit, or empty if there is none of that name (or it is not a regular file). */
    Optional<byte[]> file(CodeLocation code, String path);

    /** Shows every file of a commit, parents before children, links last. */
    void export(CodeLocation code, TreeSink sink) throws java.io.IOException;

    /** The whole id of a branch's newest commit; for development only. */
    CommitId head(String repositoryUrl, String branch);
}

package org.securebackend.runner.store.v2;

import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.WorkspaceName;

/** The output files that version 2 left in the storages. */
public interface V2Files {
    /**
     * The facts about a file that {@code job} was the last to write; empty if the file is gone and
     * nothing else tells of it.
     *
     * @throws IOException if the storage cannot be read
     */
    Optional<Facts> find(WorkspaceName workspace, String path, JobId job) throws IOException;

    /**
     * What is known of a file.
     *
     * @param sha256 64 lower-case hex digits
     * @param rows records of a CSV file that was checked, and its columns
     */
    record Facts(
            long bytes,
            String sha256,
            Instant modifiedAt,
            OptionalLong rows,
            OptionalLong columns,
            Source source) {}

    /** How the facts came to be known. */
    enum Source {
        /** The file was read. */
        HASHED,
        /** The manifest knows it; size and time of the file agree. */
        MANIFEST,
        /** The file is not there, perhaps archived; the manifest knows what it was. */
        MANIFEST_ONLY
    }
}

package org.securebackend.runner.job;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.securebackend.runner.pipeline.PrivacyLevel;

/**
 * A file that a job left behind and one of its patterns named.
 *
 * @param path relative to the workspace, parts separated by {@code /}
 * @param bytes size
 * @param sha256 of its content, 64 lower-case hex digits
 * @param modifiedAt of the copy in high storage
 * @param notReleased why a moderately sensitive file was kept out of level 4, in short; empty if it
 *     passed or was never meant to go there
 * @param rows records below the header, of a checked CSV file
 * @param columns of the first record, of a checked CSV file
 * @param checks what each check for level 4 said; empty if the file was not meant to go there
 */
public record OutputFile(
        String path,
        PrivacyLevel level,
        long bytes,
        String sha256,
        Instant modifiedAt,
        Optional<String> notReleased,
        OptionalLong rows,
        OptionalLong columns,
        List<CheckResult> checks) {

    public OutputFile {
        checks = List.copyOf(checks);
    }

    /** A file that nothing was checked of. */
    public OutputFile(
            String path,
            PrivacyLevel level,
            long bytes,
            String sha256,
            Instant modifiedAt,
            Optional<String> notReleased,
            OptionalLong rows,
            OptionalLong columns) {
        this(path, level, bytes, sha256, modifiedAt, notReleased, rows, columns, List.of());
    }

    /** Whether it goes to medium storage. */
    public boolean isReleased() {
        return level == PrivacyLevel.MODERATELY_SENSITIVE && notReleased.isEmpty();
    }
}

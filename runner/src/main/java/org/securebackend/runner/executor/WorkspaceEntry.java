package org.securebackend.runner.executor;

import java.time.Instant;

/**
 * Something found in a workspace.
 *
 * @param path relative, parts separated by {@code /}, never empty; may hold any other character
 * @param bytes apparent size
 * @param storedBytes what it takes on disk; less than {@code bytes} for a file with holes
 * @param links how many names the file has; above 1, another one may lie outside
 */
public record WorkspaceEntry(
        String path, Kind kind, long bytes, long storedBytes, int links, Instant modifiedAt) {

    /** What it is. */
    public enum Kind {
        REGULAR,
        DIRECTORY,
        SYMLINK,
        /** A pipe, a socket, a device, or a file of another file system. */
        OTHER
    }
}

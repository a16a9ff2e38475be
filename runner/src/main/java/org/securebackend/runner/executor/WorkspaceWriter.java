package org.securebackend.runner.executor;

import java.io.IOException;
import java.nio.channels.ReadableByteChannel;

/**
 * Fills a workspace. Paths are relative, parts separated by {@code /}; a path that would leave the
 * workspace, or lead through a link, is refused. Missing parent directories are made. A file that
 * is there already is replaced, never written through.
 */
public interface WorkspaceWriter extends AutoCloseable {

    /** Makes a directory; fine if it exists. */
    void directory(String path) throws IOException;

    /** Makes a file. */
    void file(String path, ReadableByteChannel content, FileKind kind) throws IOException;

    /** Makes a symbolic link with this target, as the study's author wrote it. */
    void link(String path, String target) throws IOException;

    /** The workspace is complete. */
    @Override
    void close() throws IOException;

    /** Whether a file is a program. */
    enum FileKind {
        PLAIN,
        EXECUTABLE
    }
}

package org.securebackend.runner.source;

import java.io.IOException;
import java.nio.channels.ReadableByteChannel;

/**
 * Is shown the content of a commit. Paths are relative, in normal form, and never hold {@code
 * .git}.
 */
public interface TreeSink {
    void directory(String path) throws IOException;

    /** A file; {@code content} is good only until this returns. */
    void file(String path, ReadableByteChannel content, boolean executable) throws IOException;

    void link(String path, String target) throws IOException;
}

package org.securebackend.runner.executor;

import java.io.IOException;
import java.nio.channels.ReadableByteChannel;

/** Opens an entry's bytes. */
public interface EntryContent {
    /**
     * Opens the very file that was shown, without following links, even if another was put under
     * its name since.
     *
     * @throws IOException also if it is no longer that regular file
     */
    ReadableByteChannel open() throws IOException;
}

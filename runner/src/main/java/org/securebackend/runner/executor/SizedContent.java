package org.securebackend.runner.executor;

import java.io.IOException;
import java.nio.channels.ReadableByteChannel;

/**
 * Content whose length is known before it is read. A workspace that must be told the length of a
 * file first takes it as it comes; any other content has to be kept aside before.
 */
public interface SizedContent extends ReadableByteChannel {

    /** How many bytes are left to read. */
    long remainingBytes() throws IOException;
}

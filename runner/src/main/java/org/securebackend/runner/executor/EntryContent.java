package org.securebackend.runner.executor;

import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;

/** Gives an entry's bytes. */
@FunctionalInterface
public interface EntryContent {
    /**
     * Opens the very file that was shown, without following links, even if another was put under
     * its name since. A {@link java.nio.channels.FileChannel} may be read on after the entry was
     * shown, by any thread; whatever else is given must be read before.
     *
     * @throws IOException also if it is no longer that regular file
     */
    ReadableByteChannel open() throws IOException;

    /**
     * Moves the very file that was shown out of the workspace into an open folder, where nothing of
     * that name is. What a program attached to it comes with it: owner, mode, times, access lists.
     *
     * @return whether it is there now; if not, nothing changed, because this kind of workspace or
     *     another file system does not allow it
     * @throws IOException also if it is no longer that regular file; something else may be in the
     *     folder then
     */
    default boolean moveTo(SecureDirectoryStream<Path> folder, Path name) throws IOException {
        return false;
    }
}

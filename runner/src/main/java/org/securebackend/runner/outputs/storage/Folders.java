package org.securebackend.runner.outputs.storage;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Ways to the folders of a storage. Whoever gets a folder closes it. */
interface Folders {
    /** The folder at the end of these names, below the base; empty if it is not there. */
    Optional<SafeDirectory> find(List<String> parts) throws IOException;

    /** The same, made if it is not there. */
    SafeDirectory make(List<String> parts) throws IOException;
}

package org.securebackend.runner.outputs.storage;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps the first {@value #MOST} folders open that it is asked for, so that many files in few
 * folders do not cost a way through the whole tree each. None of them may be removed or replaced
 * meanwhile. Safe for use by several threads; closed when nobody uses it any more.
 */
final class KeptFolders implements Folders, Closeable {
    static final int MOST = 64;

    private final Folders folders;
    private final Map<List<String>, SafeDirectory> kept = new ConcurrentHashMap<>();

    KeptFolders(Folders folders) {
        this.folders = folders;
    }

    @Override
    public Optional<SafeDirectory> find(List<String> parts) throws IOException {
        SafeDirectory known = kept.get(parts);
        return known != null
                ? Optional.of(known.lent())
                : folders.find(parts).map(folder -> keep(parts, folder));
    }

    @Override
    public SafeDirectory make(List<String> parts) throws IOException {
        SafeDirectory known = kept.get(parts);
        return known != null ? known.lent() : keep(parts, folders.make(parts));
    }

    /** Two threads may have opened it at the same time: the second one has it for itself. */
    private SafeDirectory keep(List<String> parts, SafeDirectory opened) {
        return kept.size() < MOST && kept.putIfAbsent(List.copyOf(parts), opened) == null
                ? opened.lent()
                : opened;
    }

    @Override
    public void close() throws IOException {
        for (SafeDirectory folder : kept.values()) {
            folder.close();
        }
    }
}

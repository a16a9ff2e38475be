package org.securebackend.runner.outputs.storage;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.securebackend.runner.outputs.storage.StorageVisits.FolderWork;

/** Goes from the base folder by folder, through no link. Safe for use by several threads. */
final class FoldersByPath implements Folders {
    private final Path base;
    private final StorageModes modes;
    private final Steps steps;
    private final ReentrantLock making = new ReentrantLock();

    FoldersByPath(Path base, StorageModes modes, Steps steps) {
        this.base = base;
        this.modes = modes;
        this.steps = steps;
    }

    @Override
    public Optional<SafeDirectory> find(List<String> parts) throws IOException {
        SafeDirectory here = SafeDirectory.base(base, modes, steps);
        for (String part : parts) {
            Optional<SafeDirectory> next;
            try (SafeDirectory above = here) {
                next = above.find(part);
            }
            if (next.isEmpty()) {
                return Optional.empty();
            }
            here = next.get();
        }
        return Optional.of(here);
    }

    @Override
    public SafeDirectory make(List<String> parts) throws IOException {
        Optional<SafeDirectory> found = find(parts);
        if (found.isPresent()) {
            return found.get();
        }
        making.lock();
        try {
            makeByPath(base.resolve(Storage.STAGING));
            FolderWork<Boolean> syncing = syncing(parts);
            SafeDirectory here = SafeDirectory.base(base, modes, steps);
            for (String part : parts) {
                try (SafeDirectory above = here) {
                    here = makeFolder(above, part, syncing);
                }
            }
            return here;
        } finally {
            making.unlock();
        }
    }

    /** What is below the staging folder is synced as a whole, or need not last. */
    private static FolderWork<Boolean> syncing(List<String> parts) {
        return !parts.isEmpty() && parts.getFirst().equals(Storage.STAGING)
                ? _ -> false
                : StorageVisits::sync;
    }

    private SafeDirectory makeFolder(SafeDirectory above, String name, FolderWork<Boolean> syncing)
            throws IOException {
        Optional<SafeDirectory> found = above.find(name);
        if (found.isPresent()) {
            return found.get();
        }
        // Java can make a folder only by its path, and that could lead through a link: so it is
        // made in the staging folder and then renamed between open folders.
        try (SafeDirectory scratch = openStaging()) {
            String fresh = "new-folder";
            makeByPath(base.resolve(Storage.STAGING).resolve(fresh));
            scratch.dressFolder(fresh);
            scratch.move(fresh, above, name);
        }
        syncing.on(above);
        return above.find(name).orElseThrow(() -> new NoSuchFileException(name));
    }

    private SafeDirectory openStaging() throws IOException {
        return find(List.of(Storage.STAGING))
                .orElseThrow(() -> new NoSuchFileException(Storage.STAGING));
    }

    private void makeByPath(Path path) throws IOException {
        try {
            if (!Files.exists(path)) {
                steps.before("make folder " + path.getFileName());
                Files.createDirectory(
                        path,
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwx------")));
            }
        } catch (FileAlreadyExistsException e) {
            // Left by an interrupted run, or made at the same time: as good as new.
            return;
        }
    }
}

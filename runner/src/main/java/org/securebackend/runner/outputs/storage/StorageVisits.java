package org.securebackend.runner.outputs.storage;

import java.io.IOException;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;

/** What is done in an open folder. */
final class StorageVisits {
    private StorageVisits() {}

    /** Something to do with an open folder, which is closed afterwards. */
    @FunctionalInterface
    interface FolderWork<T> {
        T on(SafeDirectory folder) throws IOException;
    }

    /** Syncs one folder. */
    static boolean sync(SafeDirectory folder) throws IOException {
        folder.sync();
        return true;
    }

    /** Adds the regular files in a folder and all below it, {@code prefix} before each name. */
    static void addFiles(SafeDirectory folder, String prefix, List<String> files)
            throws IOException {
        for (String name : folder.names()) {
            Optional<BasicFileAttributes> facts = folder.facts(name);
            if (facts.filter(BasicFileAttributes::isRegularFile).isPresent()) {
                files.add(prefix + name);
            } else if (facts.filter(BasicFileAttributes::isDirectory).isPresent()) {
                inside(
                        folder,
                        name,
                        below -> {
                            addFiles(below, prefix + name + "/", files);
                            return true;
                        });
            }
        }
    }

    /** Syncs a folder and all below it. */
    static boolean syncTree(SafeDirectory folder) throws IOException {
        for (String name : folder.names()) {
            if (isFolder(folder, name)) {
                inside(folder, name, StorageVisits::syncTree);
            }
        }
        return sync(folder);
    }

    /** The sizes of a file, or of all files in a folder; a link has none. */
    static long bytes(SafeDirectory parent, String name) throws IOException {
        Optional<BasicFileAttributes> facts = parent.facts(name);
        if (facts.filter(BasicFileAttributes::isDirectory).isEmpty()) {
            return facts.filter(BasicFileAttributes::isRegularFile)
                    .map(BasicFileAttributes::size)
                    .orElse(0L);
        }
        var sum = new long[1];
        inside(
                parent,
                name,
                folder -> {
                    for (String child : folder.names()) {
                        sum[0] += bytes(folder, child);
                    }
                    return true;
                });
        return sum[0];
    }

    /** Removes a folder if it is there and empty. */
    static boolean deleteFolder(SafeDirectory parent, String name) throws IOException {
        if (!isFolder(parent, name)) {
            return false;
        }
        parent.deleteFolder(name);
        parent.sync();
        return true;
    }

    /** Removes whatever is there, links never followed. */
    static boolean deleteTree(SafeDirectory parent, String name) throws IOException {
        if (!isFolder(parent, name)) {
            return parent.delete(name);
        }
        inside(
                parent,
                name,
                folder -> {
                    for (String child : folder.names()) {
                        deleteTree(folder, child);
                    }
                    return true;
                });
        parent.deleteFolder(name);
        return true;
    }

    private static boolean isFolder(SafeDirectory parent, String name) throws IOException {
        return parent.facts(name).filter(BasicFileAttributes::isDirectory).isPresent();
    }

    private static void inside(SafeDirectory parent, String name, FolderWork<Boolean> work)
            throws IOException {
        Optional<SafeDirectory> found = parent.find(name);
        if (found.isPresent()) {
            try (SafeDirectory folder = found.get()) {
                work.on(folder);
            }
        }
    }
}

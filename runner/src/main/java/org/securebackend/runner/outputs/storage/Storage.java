package org.securebackend.runner.outputs.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.securebackend.runner.outputs.storage.StorageVisits.FolderWork;

/**
 * One storage: a tree of files below a base folder. Every way through it goes folder by folder and
 * refuses links. Files are written aside, below {@code .staging} of the same storage, and renamed
 * into place. Safe for use by several threads, as long as no two write the same path.
 */
public final class Storage {
    /** The folder below the base for what is not yet in place. */
    public static final String STAGING = ".staging";

    private static final String TEMPORARY = "temporary";

    private final Path base;
    private final StorageModes modes;
    private final Steps steps;
    private final ReentrantLock makingFolders = new ReentrantLock();

    public Storage(Path base, StorageModes modes, Steps steps) {
        this.base = base;
        this.modes = modes;
        this.steps = steps;
    }

    /** The folder of files that are being written. */
    public static StoragePath temporaries() {
        return StoragePath.of(STAGING, TEMPORARY);
    }

    /** Writes a new file's content. */
    @FunctionalInterface
    public interface Content {
        void writeTo(FileChannel file) throws IOException;
    }

    /** A regular file at {@code path}; empty if there is nothing or something else. */
    public Optional<FileFacts> facts(StoragePath path) throws IOException {
        Optional<BasicFileAttributes> found =
                inFolder(path.folders(), folder -> folder.facts(path.name()))
                        .flatMap(facts -> facts);
        return found.filter(BasicFileAttributes::isRegularFile)
                .map(facts -> new FileFacts(facts.size(), facts.lastModifiedTime().toInstant()));
    }

    /**
     * Opens a regular file.
     *
     * @throws NoSuchFileException if there is none
     */
    public FileChannel read(StoragePath path) throws IOException {
        return inFolder(path.folders(), folder -> folder.read(path.name()))
                .orElseThrow(() -> new NoSuchFileException(path.toString()));
    }

    /**
     * Makes a file in its final place, for places where nobody looks yet; neither its content nor
     * the names of its folders are on the disk before {@link #syncTree}.
     */
    public FileChannel create(StoragePath path) throws IOException {
        try (SafeDirectory folder = makeFolders(path.folders())) {
            return folder.create(path.name());
        }
    }

    /** Opens a file for the sake of a lock on it; makes an empty one if it is missing. */
    public FileChannel openToLock(StoragePath path) throws IOException {
        try (SafeDirectory folder = makeFolders(path.folders())) {
            return folder.openToLock(path.name());
        }
    }

    /** Writes a file whole, on the disk, in the place of one that is there. */
    public void write(StoragePath path, Content content) throws IOException {
        writeUnnamed(path, content);
        sync(List.of(path));
    }

    /** The same, but its name is on the disk only after {@link #sync}; good for many files. */
    public void writeUnnamed(StoragePath path, Content content) throws IOException {
        StoragePath temporary = StoragePath.of(STAGING, TEMPORARY, digest(path));
        try (FileChannel file = create(temporary)) {
            content.writeTo(file);
            steps.before("sync " + path);
            file.force(true);
        }
        move(temporary, path);
    }

    /** Writes a short text file. */
    public void write(StoragePath path, String text) throws IOException {
        write(path, file -> Copying.writeFully(file, text.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * Renames a file or folder, in the place of a file that is there; makes the folders above. On
     * the disk only after {@link #sync}.
     *
     * @throws NoSuchFileException if there is nothing at {@code from}
     */
    public void move(StoragePath from, StoragePath to) throws IOException {
        try (SafeDirectory source =
                        find(from.folders())
                                .orElseThrow(() -> new NoSuchFileException(from.toString()));
                SafeDirectory target = makeFolders(to.folders())) {
            source.move(from.name(), target, to.name());
        }
    }

    /** Returns when the names of these files, or their absence, are on the disk. */
    public void sync(Collection<StoragePath> paths) throws IOException {
        for (List<String> folder : paths.stream().map(StoragePath::folders).distinct().toList()) {
            inFolder(folder, StorageVisits::sync);
        }
    }

    /** Returns when everything below {@code path} is on the disk: {@code files} and all names. */
    public void syncTree(StoragePath path, List<StoragePath> files) throws IOException {
        SideBySide.each(files, this::syncContent);
        inFolder(path.parts(), StorageVisits::syncTree);
        sync(List.of(path));
    }

    private void syncContent(StoragePath file) throws IOException {
        try (FileChannel content = read(file)) {
            content.force(true);
        }
    }

    /** Removes a file or a link, and is on the disk then; tells whether there was one. */
    public boolean delete(StoragePath path) throws IOException {
        boolean deleted = deleteUnsynced(path);
        if (deleted) {
            sync(List.of(path));
        }
        return deleted;
    }

    /** The same, but on the disk only after {@link #sync}; good for many files. */
    public boolean deleteUnsynced(StoragePath path) throws IOException {
        return inFolder(path.folders(), folder -> folder.delete(path.name())).orElse(false);
    }

    /** Removes the folders of these files that are empty, below the first {@code kept} parts. */
    public void deleteEmptyFolders(Collection<StoragePath> paths, int kept) throws IOException {
        var done = new HashSet<List<String>>();
        for (StoragePath path : paths) {
            if (done.add(path.folders())) {
                deleteEmptyFolders(path, kept);
            }
        }
    }

    private void deleteEmptyFolders(StoragePath path, int kept) throws IOException {
        for (int end = path.parts().size() - 1; end > kept; end--) {
            StoragePath folder = new StoragePath(path.parts().subList(0, end));
            try {
                inFolder(
                        folder.folders(),
                        parent -> StorageVisits.deleteFolder(parent, folder.name()));
            } catch (DirectoryNotEmptyException e) {
                return;
            }
        }
    }

    /** Removes a folder with all below it, or a file. Fine if there is nothing. */
    public void deleteTree(StoragePath path) throws IOException {
        inFolder(path.folders(), parent -> StorageVisits.deleteTree(parent, path.name()));
    }

    /** Whether there is anything at {@code path}. */
    public boolean exists(StoragePath path) throws IOException {
        return inFolder(path.folders(), folder -> folder.facts(path.name()).isPresent())
                .orElse(false);
    }

    /** The names in a folder, in no order; none if there is no such folder. */
    public List<String> names(StoragePath folder) throws IOException {
        return inFolder(folder.parts(), SafeDirectory::names).orElse(List.of());
    }

    /** When whatever is at {@code path} was last changed, a link itself. */
    public Optional<Instant> changedAt(StoragePath path) throws IOException {
        return inFolder(path.folders(), folder -> folder.facts(path.name()))
                .flatMap(facts -> facts)
                .map(facts -> facts.lastModifiedTime().toInstant());
    }

    /** The sizes of all files at and below {@code path} together; 0 if there is nothing. */
    public long bytes(StoragePath path) throws IOException {
        return inFolder(path.folders(), parent -> StorageVisits.bytes(parent, path.name()))
                .orElse(0L);
    }

    /** Bytes that this process could still store. */
    public long usableBytes() throws IOException {
        return Files.getFileStore(base).getUsableSpace();
    }

    private <T> Optional<T> inFolder(List<String> parts, FolderWork<T> work) throws IOException {
        Optional<SafeDirectory> found = find(parts);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        try (SafeDirectory folder = found.get()) {
            return Optional.of(work.on(folder));
        }
    }

    private Optional<SafeDirectory> find(List<String> parts) throws IOException {
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

    private SafeDirectory makeFolders(List<String> parts) throws IOException {
        Optional<SafeDirectory> found = find(parts);
        if (found.isPresent()) {
            return found.get();
        }
        makingFolders.lock();
        try {
            makeByPath(base.resolve(STAGING));
            FolderWork<Boolean> syncing = syncing(parts);
            SafeDirectory here = SafeDirectory.base(base, modes, steps);
            for (String part : parts) {
                try (SafeDirectory above = here) {
                    here = makeFolder(above, part, syncing);
                }
            }
            return here;
        } finally {
            makingFolders.unlock();
        }
    }

    /** What is below the staging folder is synced as a whole, or need not last. */
    private static FolderWork<Boolean> syncing(List<String> parts) {
        return !parts.isEmpty() && parts.getFirst().equals(STAGING)
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
            makeByPath(base.resolve(STAGING).resolve(fresh));
            scratch.dressFolder(fresh);
            scratch.move(fresh, above, name);
        }
        syncing.on(above);
        return above.find(name).orElseThrow(() -> new NoSuchFileException(name));
    }

    private SafeDirectory openStaging() throws IOException {
        return find(List.of(STAGING)).orElseThrow(() -> new NoSuchFileException(STAGING));
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

    private static String digest(StoragePath path) {
        MessageDigest sha = Copying.sha256();
        return HexFormat.of()
                .formatHex(sha.digest(path.toString().getBytes(StandardCharsets.UTF_8)));
    }
}

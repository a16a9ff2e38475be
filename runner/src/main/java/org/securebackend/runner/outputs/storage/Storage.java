package org.securebackend.runner.outputs.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import org.securebackend.runner.outputs.storage.Copying.Copied;
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
    private final Steps steps;
    private final Folders folders;

    public Storage(Path base, StorageModes modes, Steps steps) {
        this(base, steps, new FoldersByPath(base, modes, steps));
    }

    private Storage(Path base, Steps steps, Folders folders) {
        this.base = base;
        this.steps = steps;
        this.folders = folders;
    }

    /** What is done with many files. */
    @FunctionalInterface
    public interface Batch<T> {
        T on(Storage storage) throws IOException;
    }

    /**
     * Does {@code batch} on this storage with folders kept open that were used, for many files in
     * few folders; none of those folders may be removed or renamed meanwhile.
     */
    public <T> T batch(Batch<T> batch) throws IOException {
        try (var kept = new KeptFolders(folders)) {
            return batch.on(new Storage(base, steps, kept));
        }
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
     * Makes a file in its final place, for places where nobody looks yet; its name and those of its
     * folders are on the disk only after {@link #syncFolders}.
     */
    public FileChannel create(StoragePath path) throws IOException {
        try (SafeDirectory folder = folders.make(path.folders())) {
            return folder.create(path.name());
        }
    }

    /** Opens a file for the sake of a lock on it; makes an empty one if it is missing. */
    public FileChannel openToLock(StoragePath path) throws IOException {
        try (SafeDirectory folder = folders.make(path.folders())) {
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
            sync(path, file);
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
                        folders.find(from.folders())
                                .orElseThrow(() -> new NoSuchFileException(from.toString()));
                SafeDirectory target = folders.make(to.folders())) {
            source.move(from.name(), target, to.name());
        }
    }

    /** Returns when the names of these files, or their absence, are on the disk. */
    public void sync(Collection<StoragePath> paths) throws IOException {
        for (List<String> folder : paths.stream().map(StoragePath::folders).distinct().toList()) {
            inFolder(folder, StorageVisits::sync);
        }
    }

    /** Returns when the names of all folders and files below {@code path} are on the disk. */
    public void syncFolders(StoragePath path) throws IOException {
        inFolder(path.parts(), StorageVisits::syncTree);
        sync(List.of(path));
    }

    /** Returns when the content of a file that was written is on the disk. */
    public void sync(StoragePath path, FileChannel file) throws IOException {
        steps.before("sync " + path);
        file.force(true);
    }

    /**
     * Hashes a file while its content is brought to the disk.
     *
     * @return how many bytes it has; more than {@code mostBytes} if it was not read to its end
     */
    public Copied hashAndSync(StoragePath path, long mostBytes) throws IOException {
        try (FileChannel file = read(path);
                FileChannel same = read(path)) {
            var syncing =
                    new FutureTask<>(() -> {
                        sync(path, same);
                        return path;
                    });
            Thread.startVirtualThread(syncing);
            Copied hashed = Copying.read(file, mostBytes);
            SideBySide.await(syncing);
            return hashed;
        }
    }

    /** Regular files below a folder, as paths relative to it; in no order, none if it is absent. */
    public List<String> files(StoragePath folder) throws IOException {
        var files = new ArrayList<String>();
        inFolder(
                folder.parts(),
                open -> {
                    StorageVisits.addFiles(open, "", files);
                    return true;
                });
        return files;
    }

    /** A file that somebody else made, and that can move. */
    @FunctionalInterface
    public interface Stranger {
        /** As {@link org.securebackend.runner.executor.EntryContent#moveTo}. */
        boolean moveTo(SecureDirectoryStream<Path> folder, Path name) throws IOException;
    }

    /** What became of a stranger. */
    public enum Arrival {
        /** It is here and ours. */
        CAME,
        /** It cannot be moved, and is where it was. */
        STAYED,
        /** It is no plain file, or became another one on the way; nothing of it is here. */
        REFUSED
    }

    /**
     * Takes a file in by moving it, and makes it ours. Its name is on the disk only after {@link
     * #syncFolders}, and so is its content only after {@link FileChannel#force}.
     */
    public Arrival takeIn(StoragePath path, Stranger stranger) throws IOException {
        try (SafeDirectory folder = folders.make(path.folders())) {
            Arrival arrival = folder.letIn(path.name(), stranger);
            return switch (arrival) {
                case STAYED -> arrival;
                case CAME -> adopt(path, folder);
                case REFUSED -> {
                    deleteTree(path);
                    yield arrival;
                }
            };
        }
    }

    private Arrival adopt(StoragePath path, SafeDirectory folder) throws IOException {
        Path place = base.resolve(path.toString());
        if (facts(path).isEmpty() || links(place) != 1) {
            deleteTree(path);
            return Arrival.REFUSED;
        }
        ExtendedAttributes.removeAll(place);
        folder.adopt(path.name());
        return Arrival.CAME;
    }

    /** By path, since Java has no other way; the storage is ours, so it does not lead elsewhere. */
    private static int links(Path place) throws IOException {
        return (Integer)
                Objects.requireNonNull(
                        Files.getAttribute(place, "unix:nlink", LinkOption.NOFOLLOW_LINKS));
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
        Optional<SafeDirectory> found = folders.find(parts);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        try (SafeDirectory folder = found.get()) {
            return Optional.of(work.on(folder));
        }
    }

    private static String digest(StoragePath path) {
        MessageDigest sha = Copying.sha256();
        return HexFormat.of()
                .formatHex(sha.digest(path.toString().getBytes(StandardCharsets.UTF_8)));
    }
}

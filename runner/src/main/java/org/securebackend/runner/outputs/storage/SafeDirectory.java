package org.securebackend.runner.outputs.storage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An open folder. Everything in it is named relative to the open folder itself, so that it does not
 * matter what happens to the path that led here; the last name is never followed if it is a link.
 * Names are single parts, proven by {@link StoragePath}.
 */
final class SafeDirectory implements Closeable {
    private static final Path ITSELF = Path.of(".");

    private final SecureDirectoryStream<Path> stream;
    private final StorageModes modes;
    private final Steps steps;
    private final Closeable closing;

    private SafeDirectory(DirectoryStream<Path> opened, StorageModes modes, Steps steps)
            throws IOException {
        if (!(opened instanceof SecureDirectoryStream<Path> secure)) {
            opened.close();
            throw new IOException("a storage must be on a local POSIX file system");
        }
        this.stream = secure;
        this.modes = modes;
        this.steps = steps;
        this.closing = secure;
    }

    private SafeDirectory(SafeDirectory lender) {
        this.stream = lender.stream;
        this.modes = lender.modes;
        this.steps = lender.steps;
        this.closing = () -> {};
    }

    /** The same folder for somebody who may close it, though it stays open. */
    SafeDirectory lent() {
        return new SafeDirectory(this);
    }

    /** Opens the base of a storage; as the operator's own word, it may be a link. */
    @SuppressWarnings("StreamResourceLeak") // closed with the folder, as in find
    static SafeDirectory base(Path base, StorageModes modes, Steps steps) throws IOException {
        DirectoryStream<Path> opened = Files.newDirectoryStream(base);
        return new SafeDirectory(opened, modes, steps);
    }

    /** Opens a folder in this one, or is empty if there is nothing of that name. */
    // The stream lives as long as the folder that is given away, and is closed with it.
    @SuppressWarnings("StreamResourceLeak")
    Optional<SafeDirectory> find(String name) throws IOException {
        try {
            var opened = stream.newDirectoryStream(Path.of(name), LinkOption.NOFOLLOW_LINKS);
            return Optional.of(new SafeDirectory(opened, modes, steps));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** What is there under that name, a link itself rather than its target. */
    Optional<BasicFileAttributes> facts(String name) throws IOException {
        try {
            return Optional.of(
                    stream.getFileAttributeView(
                                    Path.of(name),
                                    BasicFileAttributeView.class,
                                    LinkOption.NOFOLLOW_LINKS)
                            .readAttributes());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Opens a regular file for reading; anything else is refused without being opened. */
    FileChannel read(String name) throws IOException {
        BasicFileAttributes facts = facts(name).orElseThrow(() -> new NoSuchFileException(name));
        if (!facts.isRegularFile()) {
            throw new IOException("not a regular file in a storage: " + name);
        }
        return open(name, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
    }

    /** Makes a new file for writing; whatever had that name before is gone. */
    FileChannel create(String name) throws IOException {
        delete(name);
        steps.before("create " + name);
        FileChannel file =
                (FileChannel)
                        stream.newByteChannel(
                                Path.of(name),
                                Set.of(
                                        StandardOpenOption.CREATE_NEW,
                                        StandardOpenOption.WRITE,
                                        LinkOption.NOFOLLOW_LINKS),
                                PosixFilePermissions.asFileAttribute(
                                        PosixFilePermissions.fromString("rw-------")));
        try {
            dress(name, modes.files());
        } catch (IOException e) {
            file.close();
            throw e;
        }
        return file;
    }

    /** Opens a file that is there, or an empty one; a link is refused. */
    FileChannel openToLock(String name) throws IOException {
        return (FileChannel)
                stream.newByteChannel(
                        Path.of(name),
                        Set.of(
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE,
                                LinkOption.NOFOLLOW_LINKS),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")));
    }

    /** Gives what we made its mode and group. */
    void dressFolder(String name) throws IOException {
        dress(name, modes.folders());
    }

    private void dress(String name, Set<PosixFilePermission> mode) throws IOException {
        PosixFileAttributeView view =
                stream.getFileAttributeView(
                        Path.of(name), PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (modes.group().isPresent()) {
            view.setGroup(modes.group().get());
        }
        view.setPermissions(mode);
    }

    /** Lets a stranger's file move in under a free name; if it is refused, look what came. */
    Storage.Arrival letIn(String name, Storage.Stranger stranger) throws IOException {
        steps.before("let in " + name);
        try {
            return stranger.moveTo(stream, Path.of(name))
                    ? Storage.Arrival.CAME
                    : Storage.Arrival.STAYED;
        } catch (IOException e) {
            return Storage.Arrival.REFUSED;
        }
    }

    /**
     * Makes a stranger's file look like one of ours: owner, group, mode and time are what a file
     * written here just now would have.
     */
    void adopt(String name) throws IOException {
        steps.before("adopt " + name);
        PosixFileAttributes ours =
                stream.getFileAttributeView(PosixFileAttributeView.class).readAttributes();
        PosixFileAttributeView view =
                stream.getFileAttributeView(
                        Path.of(name), PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        view.setOwner(ours.owner());
        view.setGroup(modes.group().orElse(ours.group()));
        view.setPermissions(modes.files());
        // The folder changed when the file came, so this is the system's own now.
        view.setTimes(ours.lastModifiedTime(), ours.lastModifiedTime(), null);
    }

    /** Renames into {@code target}, in the place of a file that is there. */
    void move(String name, SafeDirectory target, String newName) throws IOException {
        steps.before("move " + name + " to " + newName);
        stream.move(Path.of(name), target.stream, Path.of(newName));
    }

    /** Removes a file or a link; tells whether there was one. */
    boolean delete(String name) throws IOException {
        if (facts(name).isEmpty()) {
            return false;
        }
        steps.before("delete " + name);
        stream.deleteFile(Path.of(name));
        return true;
    }

    /** Removes an empty folder. @throws java.nio.file.DirectoryNotEmptyException if it is not */
    void deleteFolder(String name) throws IOException {
        steps.before("remove folder " + name);
        stream.deleteDirectory(Path.of(name));
    }

    /** What is in it, in no order. */
    List<String> names() throws IOException {
        var names = new ArrayList<String>();
        try (DirectoryStream<Path> all =
                stream.newDirectoryStream(ITSELF, LinkOption.NOFOLLOW_LINKS)) {
            for (Path entry : all) {
                Path name = entry.getFileName();
                if (name != null) {
                    names.add(name.toString());
                }
            }
        }
        return names;
    }

    /** Returns when the names in it are on the disk. */
    void sync() throws IOException {
        try (FileChannel itself = open(".", Set.of(StandardOpenOption.READ))) {
            itself.force(true);
        }
    }

    private FileChannel open(String name, Set<OpenOption> options) throws IOException {
        return (FileChannel) stream.newByteChannel(Path.of(name), options);
    }

    @Override
    public void close() throws IOException {
        closing.close();
    }
}

package org.securebackend.runner.docker;

import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.securebackend.runner.executor.Remains;
import org.securebackend.runner.executor.WorkspaceWriter;
import org.securebackend.runner.job.JobId;

/**
 * A directory that is mounted into a job's container. It belongs to the container's user, and
 * nobody else may look into it.
 */
final class BindWorkspace implements Workspace {
    private static final String TARGET = "/workspace";
    private static final String REMOVING = ".removing";

    private final Path directory;
    private final Path onHost;
    private final Path removing;
    private final Ownership ownership;

    BindWorkspace(WorkspacePlace place, ContainerUser user, JobId job) {
        this.directory = place.of(job);
        this.onHost = place.onHost(job);
        this.removing = place.directory().resolve(job.value() + REMOVING);
        this.ownership = new Ownership(user);
    }

    /** What there is of workspaces, also of some that are half removed. */
    static List<Remains> remainsIn(WorkspacePlace place) throws IOException {
        var remains = new ArrayList<Remains>();
        if (!Files.isDirectory(place.directory())) {
            return remains;
        }
        try (DirectoryStream<Path> all = Files.newDirectoryStream(place.directory())) {
            for (Path path : all) {
                remainsAt(path).ifPresent(remains::add);
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return remains;
    }

    private static Optional<Remains> remainsAt(Path path) throws IOException {
        String name = path.getFileName().toString();
        String job =
                name.endsWith(REMOVING)
                        ? name.substring(0, name.length() - REMOVING.length())
                        : name;
        if (!JobId.isValid(job)) {
            return Optional.empty();
        }
        try {
            var changed = Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS);
            return Optional.of(
                    Remains.idle(
                            new JobId(job), "workspace", path.toString(), changed.toInstant()));
        } catch (NoSuchFileException e) {
            // Removed just now.
            return Optional.empty();
        }
    }

    @Override
    public WorkspaceWriter rewrite() throws IOException {
        remove();
        Files.createDirectories(directory.getParent());
        Files.createDirectory(
                directory,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        ownership.give(directory);
        return new BindWriter(directory, ownership);
    }

    @Override
    public void visit(EntryVisitor visitor) throws IOException {
        if (!exists()) {
            throw new FileNotFoundException("no workspace " + directory.getFileName());
        }
        TreeVisit.of(directory, visitor);
    }

    @Override
    public boolean exists() {
        return Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public Mount mount() {
        return new Mount()
                .withType(MountType.BIND)
                .withSource(onHost.toString())
                .withTarget(TARGET);
    }

    /**
     * Moves it out of the way first, so that no half of it is ever taken for a workspace, whatever
     * interrupts this.
     */
    @Override
    public void remove() throws IOException {
        TreeRemoval.remove(removing);
        if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            Files.move(directory, removing, StandardCopyOption.ATOMIC_MOVE);
            TreeRemoval.remove(removing);
        }
    }
}

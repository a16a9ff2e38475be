package org.securebackend.runner.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The folders that files are kept in: whether they are there, writable, private and large enough.
 */
public final class StorageCheck implements Check {
    private static final Set<PosixFilePermission> OTHERS =
            EnumSet.of(
                    PosixFilePermission.OTHERS_READ,
                    PosixFilePermission.OTHERS_WRITE,
                    PosixFilePermission.OTHERS_EXECUTE);
    private static final int MOST_LOOKED_AT = 10_000;

    private final Folders folders;
    private final long reservedBytes;

    /** The folders. */
    public record Folders(Path high, Path medium, Path volumes, Path work) {}

    /**
     * @param reservedBytes that stay free in high storage
     */
    public StorageCheck(Folders folders, long reservedBytes) {
        this.folders = folders;
        this.reservedBytes = reservedBytes;
    }

    @Override
    public String name() {
        return "storage";
    }

    @Override
    public List<Finding> examine() {
        var findings = new ArrayList<Finding>();
        boolean all = true;
        for (Path folder :
                List.of(folders.high(), folders.medium(), folders.volumes(), folders.work())) {
            all &= look(folder, findings);
        }
        if (all) {
            try {
                place(findings);
                space(findings);
            } catch (IOException e) {
                findings.add(
                        failed(
                                "cannot be looked at: "
                                        + e.getClass().getSimpleName()
                                        + " "
                                        + e.getMessage(),
                                "see the disks"));
            }
        }
        if (findings.isEmpty()) {
            findings.add(
                    Finding.ok(
                            name(),
                            "%s and %s are there, writable and private; files are moved, not copied; %d GB free"
                                    .formatted(folders.high(), folders.medium(), free() >> 30)));
        }
        return findings;
    }

    private long free() {
        try {
            return Files.getFileStore(folders.high()).getUsableSpace();
        } catch (IOException e) {
            return 0;
        }
    }

    private boolean look(Path folder, List<Finding> findings) {
        if (!Files.isDirectory(folder)) {
            findings.add(
                    failed(
                            folder + " is not there",
                            "make it, or mount it, owned by the runner's user, mode 0750"));
            return false;
        }
        try {
            Path trial = Files.createTempFile(folder, ".doctor-", "");
            Files.writeString(trial, "trial");
            Files.delete(trial);
        } catch (IOException e) {
            findings.add(
                    failed(
                            "%s cannot be written (%s)"
                                    .formatted(folder, e.getClass().getSimpleName()),
                            "see its owner, whether it is mounted read-only, and whether it is full"));
            return false;
        }
        owner(folder, findings);
        return true;
    }

    private void owner(Path folder, List<Finding> findings) {
        try {
            Object owner = Files.getAttribute(folder, "unix:uid");
            Object self = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
            if (!owner.equals(self)) {
                findings.add(
                        Finding.warning(
                                name(),
                                "%s belongs to user %s, and this is user %s"
                                        .formatted(folder, owner, self),
                                "run this as the runner's user, or: chown %s %s"
                                        .formatted(self, folder)));
            }
            modes(folder, findings);
        } catch (IOException e) {
            findings.add(
                    failed("the owner of %s cannot be seen".formatted(folder), "see the disk"));
        }
    }

    /** Of the folder itself and of the workspaces in it: whoever may not enter sees no file. */
    private void modes(Path folder, List<Finding> findings) throws IOException {
        List<Path> open = new ArrayList<>();
        if (isOpen(folder)) {
            open.add(folder);
        }
        Path workspaces = folder.resolve("workspaces");
        if (open.isEmpty()) {
            return;
        }
        if (!Files.isDirectory(workspaces)) {
            tell(open, findings);
            return;
        }
        try (var inside = Files.list(workspaces)) {
            for (Path workspace : (Iterable<Path>) inside.limit(MOST_LOOKED_AT)::iterator) {
                if (isOpen(workspace)) {
                    open.add(workspace);
                }
            }
        }
        tell(open, findings);
    }

    private void tell(List<Path> open, List<Finding> findings) {
        if (!open.isEmpty()) {
            findings.add(
                    Finding.warning(
                            name(),
                            "every user of this host may enter %s%s"
                                    .formatted(
                                            open.getFirst(),
                                            open.size() > 1
                                                    ? " and %d folders in it"
                                                            .formatted(open.size() - 1)
                                                    : ""),
                            "chmod 0750 " + open.getFirst() + " (and the folders in it)"));
        }
    }

    private static boolean isOpen(Path folder) throws IOException {
        Set<PosixFilePermission> mode = Files.getPosixFilePermissions(folder);
        return OTHERS.stream().anyMatch(mode::contains);
    }

    private void place(List<Finding> findings) throws IOException {
        Object high = Files.getAttribute(folders.high(), "unix:dev");
        Object volumes = Files.getAttribute(folders.volumes(), "unix:dev");
        if (!high.equals(volumes)) {
            findings.add(
                    Finding.warning(
                            name(),
                            "%s is another file system than %s: what jobs leave is copied twice"
                                    .formatted(folders.volumes(), folders.high()),
                            "put storage.volumes into high storage, if jobs' files are large"));
        }
    }

    private void space(List<Finding> findings) throws IOException {
        for (Path folder : List.of(folders.high(), folders.medium(), folders.volumes())) {
            long usable = Files.getFileStore(folder).getUsableSpace();
            if (usable < reservedBytes) {
                findings.add(
                        failed(
                                "%s has %d MB left, less than the %d MB that must stay free: no job's files are taken"
                                        .formatted(folder, usable >> 20, reservedBytes >> 20),
                                "free space (old workspaces, logs), or lower storage.reserved_space"));
            } else if (usable < 10 * reservedBytes) {
                findings.add(
                        Finding.warning(
                                name(),
                                "%s has only %d MB left".formatted(folder, usable >> 20),
                                "free space soon"));
            }
        }
    }

    private Finding failed(String what, String remedy) {
        return Finding.failed(name(), what, remedy);
    }
}

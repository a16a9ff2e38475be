package org.securebackend.runner;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file system of a few megabytes in memory, mounted for a test. */
final class SmallDisk implements AutoCloseable {
    private final Path folder;

    private SmallDisk(Path folder) {
        this.folder = folder;
    }

    /** Whether this host lets a test mount one below {@code folder}. */
    static boolean canBeMountedAt(Path folder) {
        if (mount(folder, 1) != 0) {
            return false;
        }
        unmount(folder);
        return true;
    }

    static SmallDisk at(Path folder, int megabytes) {
        int exit = mount(folder, megabytes);
        if (exit != 0) {
            throw new IllegalStateException("mount failed: " + exit);
        }
        return new SmallDisk(folder);
    }

    private static int mount(Path folder, int megabytes) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Commands.attempt(
                        "mount",
                        "-t",
                        "tmpfs",
                        "-o",
                        "size=" + megabytes + "m",
                        "runner-test",
                        folder.toString())
                .exit();
    }

    private static void unmount(Path folder) {
        Commands.attempt("umount", "--lazy", folder.toString());
    }

    /** Leaves only so much. */
    Path fillUpTo(long bytesLeft) {
        Path filler = folder.resolve("filler");
        try {
            long size = Files.getFileStore(folder).getUsableSpace() - bytesLeft;
            Files.write(filler, new byte[Math.toIntExact(size)]);
            return filler;
        } catch (IOException e) {
            if (String.valueOf(e.getMessage()).contains("No space left")) {
                // Somebody else was quicker to take some of it: it is full all the same.
                return filler;
            }
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        unmount(folder);
    }
}

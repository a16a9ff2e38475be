package org.securebackend.runner.scheduler;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The file systems that jobs fill. Above their high-water mark nothing more is begun.
 *
 * @param places a directory on each, which exists
 * @param reservedBytes that stay free on each
 */
public record HostDisks(List<Path> places, long reservedBytes) {
    /** Nobody keeps watch over any. */
    public static final HostDisks UNWATCHED = new HostDisks(List.of(), 0);

    public HostDisks {
        places = List.copyOf(places);
    }

    /** Whether each has room for so many more bytes. */
    boolean haveRoomFor(long bytes) throws IOException {
        for (Path place : places) {
            if (Files.getFileStore(place).getUsableSpace() - reservedBytes < bytes) {
                return false;
            }
        }
        return true;
    }
}

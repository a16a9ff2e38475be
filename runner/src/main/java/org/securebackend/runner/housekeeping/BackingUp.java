package org.securebackend.runner.housekeeping;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.securebackend.runner.job.ByteCount;
import org.securebackend.runner.store.SqliteJobStore;

/**
 * Copies the database into a folder, and removes the oldest copies there. Beside the daemon's own
 * connections, so that no job waits for it.
 */
public final class BackingUp implements Task {
    private static final Pattern COPY = Pattern.compile("runner-[0-9]{8}T[0-9]{6}Z\\.sqlite");
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);
    private static final String UNFINISHED = "unfinished.sqlite";

    private final Path workDirectory;
    private final Settings settings;
    private final InstantSource clock;

    /**
     * Where copies go.
     *
     * @param folder made if it is missing
     * @param kept how many copies stay there
     */
    public record Settings(Path folder, int kept) {
        public Settings {
            if (kept < 1) {
                throw new IllegalArgumentException("a backup must be kept");
            }
        }
    }

    public BackingUp(Path workDirectory, Settings settings, InstantSource clock) {
        this.workDirectory = workDirectory;
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "database backup";
    }

    @Override
    public String run() throws IOException {
        Path folder = settings.folder();
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(
                    folder,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
        }
        Path unfinished = folder.resolve(UNFINISHED);
        Files.deleteIfExists(unfinished);
        try (SqliteJobStore store = SqliteJobStore.openExisting(workDirectory)) {
            store.backup(unfinished);
        }
        Path copy = folder.resolve("runner-%s.sqlite".formatted(TIME.format(clock.instant())));
        Files.move(unfinished, copy, StandardCopyOption.ATOMIC_MOVE);
        int removed = removeOldest(folder);
        return "%s, %s%s"
                .formatted(
                        copy.getFileName(),
                        ByteCount.of(Files.size(copy)),
                        removed == 0 ? "" : "; %d older removed".formatted(removed));
    }

    /** Their names sort by time. */
    private int removeOldest(Path folder) throws IOException {
        List<Path> copies = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
            for (Path path : all) {
                if (COPY.matcher(path.getFileName().toString()).matches()
                        && Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                    copies.add(path);
                }
            }
        }
        copies.sort(Comparator.reverseOrder());
        List<Path> old = copies.subList(Math.min(settings.kept(), copies.size()), copies.size());
        for (Path path : old) {
            Files.deleteIfExists(path);
        }
        return old.size();
    }
}

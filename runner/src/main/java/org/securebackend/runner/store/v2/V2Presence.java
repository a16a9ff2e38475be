package org.securebackend.runner.store.v2;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.securebackend.runner.job.JobId;

/**
 * Looks for signs that version 2 is at work on its database, or that its jobs are. Each finding is
 * a line for an operator.
 */
final class V2Presence {
    /** Every connection to a database with a write-ahead log keeps a lock on this byte. */
    private static final long CONNECTION_BYTE = 128;

    /** A journal that is left over and so young: somebody was at work just now. */
    private static final Duration FRESH = Duration.ofMinutes(2);

    private final Path file;
    private final Instant now;

    V2Presence(Path file, Instant now) {
        this.file = file;
        this.now = now;
    }

    /** What the files say by themselves. */
    List<String> findingsInFiles() {
        var findings = new ArrayList<String>();
        connection().ifPresent(findings::add);
        if (findings.isEmpty()) {
            freshJournal().ifPresent(findings::add);
        }
        return findings;
    }

    // SQLite has the file of shared memory only while somebody is connected, or crashed.
    private Optional<String> connection() {
        Path shared = V2Database.beside(file, "-shm");
        Set<StandardOpenOption> options = Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE);
        try (FileChannel channel = FileChannel.open(shared, options);
                FileLock lock = channel.tryLock(CONNECTION_BYTE, 1, false)) {
            return lock == null
                    ? Optional.of("a process has the database %s open".formatted(file))
                    : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(
                    "it cannot be seen whether a process has the database %s open: %s cannot be opened for writing"
                            .formatted(file, shared));
        }
    }

    private Optional<String> freshJournal() {
        Path journal = V2Database.beside(file, "-wal");
        try {
            var facts =
                    Files.readAttributes(
                            journal, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            Duration age = Duration.between(facts.lastModifiedTime().toInstant(), now);
            return facts.size() > 0 && age.compareTo(FRESH) < 0
                    ? Optional.of(
                            "the database's journal %s was written %d seconds ago and never closed"
                                    .formatted(journal, Math.max(0, age.toSeconds())))
                    : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("%s cannot be looked at".formatted(journal));
        }
    }

    /** What the containers say, of which those of {@code openJobs} stand in the way. */
    static List<String> findingsIn(V2Containers containers, Set<String> openJobs) {
        var findings = new ArrayList<String>();
        try {
            Map<JobId, V2Containers.State> left = new TreeMap<>(containers.left());
            left.forEach((job, state) -> {
                switch (state) {
                    case RUNNING ->
                            findings.add(
                                    "version 2's container os-job-%s is running: wait for its end, or put it back with version 2's prepare_for_reboot"
                                            .formatted(job));
                    case STOPPED -> {
                        if (openJobs.contains(job.value())) {
                            findings.add(
                                    "version 2's container os-job-%s has ended, but was not collected: let version 2 do that, or remove it (docker rm os-job-%s), and the job runs again"
                                            .formatted(job, job));
                        }
                    }
                }
            });
        } catch (IOException e) {
            findings.add(
                    "the engine cannot be asked whether version 2's jobs run: " + e.getMessage());
        }
        return findings;
    }

    /** A fingerprint that changes with every write to the database. */
    String fingerprint() {
        var print = new StringBuilder();
        for (String companion : List.of("", "-wal")) {
            Path part = V2Database.beside(file, companion);
            try {
                var facts = Files.readAttributes(part, BasicFileAttributes.class);
                print.append(facts.size()).append(' ').append(facts.lastModifiedTime()).append(' ');
            } catch (IOException e) {
                print.append("none ");
            }
        }
        return print.toString();
    }
}

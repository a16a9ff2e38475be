package org.securebackend.runner.housekeeping;

import java.io.IOException;
import java.util.List;
import org.securebackend.runner.job.ByteCount;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes everything of some kind that may go. */
public final class RemovingLeftovers implements Task {
    private static final Logger log = LoggerFactory.getLogger(RemovingLeftovers.class);

    private final String name;
    private final Search search;
    private final Leftovers leftovers;

    /** Finds what may go. */
    private interface Search {
        List<Leftover> find() throws IOException;
    }

    private RemovingLeftovers(String name, Search search, Leftovers leftovers) {
        this.name = name;
        this.search = search;
        this.leftovers = leftovers;
    }

    /** One task for what lies on this host and one for the storages. */
    public static List<Task> both(Leftovers leftovers) {
        return List.of(
                new RemovingLeftovers("leftovers of jobs", leftovers::onHost, leftovers),
                new RemovingLeftovers("storage", leftovers::inStorage, leftovers));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String run() throws IOException {
        long bytes = 0;
        int count = 0;
        int failed = 0;
        for (Leftover leftover : search.find()) {
            try {
                if (leftovers.remove(leftover)) {
                    count++;
                    bytes += leftover.bytes();
                    log.info(
                            "removed {} {}: {}",
                            leftover.kind(),
                            leftover.place(),
                            leftover.reason());
                }
            } catch (IOException e) {
                failed++;
                log.warn("{} {} cannot be removed", leftover.kind(), leftover.place(), e);
            }
        }
        if (failed > 0) {
            throw new IOException(
                    "%d removed, %d could not be removed; the log says which"
                            .formatted(count, failed));
        }
        return count == 0
                ? "nothing to remove"
                : "%d removed, %s".formatted(count, ByteCount.of(bytes));
    }
}

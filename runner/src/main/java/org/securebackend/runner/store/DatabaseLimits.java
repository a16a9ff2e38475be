package org.securebackend.runner.store;

import java.time.Duration;

/**
 * What a database may take.
 *
 * @param patience how long a statement waits for another process that is writing
 * @param readers how many questions are answered at the same time
 * @param largestBytes size that the file may reach; a change that needs more is refused
 */
public record DatabaseLimits(Duration patience, int readers, long largestBytes) {
    /** Fits one daemon and its commands. */
    public static final DatabaseLimits USUAL =
            new DatabaseLimits(Duration.ofSeconds(5), 3, Long.MAX_VALUE);

    public DatabaseLimits {
        if (patience.isNegative() || readers < 1 || largestBytes < 1) {
            throw new IllegalArgumentException("limits of a database cannot be negative");
        }
    }
}

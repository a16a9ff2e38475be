package org.securebackend.runner.store;

import java.time.Instant;

/** Moments as columns: nanoseconds since the epoch, so that they sort. Good until the year 2262. */
final class Times {
    private static final long NANOS = 1_000_000_000;

    private Times() {}

    static long column(Instant at) {
        return Math.addExact(Math.multiplyExact(at.getEpochSecond(), NANOS), at.getNano());
    }

    static Instant instant(long column) {
        return Instant.ofEpochSecond(Math.floorDiv(column, NANOS), Math.floorMod(column, NANOS));
    }
}

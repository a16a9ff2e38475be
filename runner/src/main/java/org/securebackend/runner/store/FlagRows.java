package org.securebackend.runner.store;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.securebackend.runner.store.JobStore.Flag;

/** The table {@code flag}. */
final class FlagRows {
    private FlagRows() {}

    /** By name, sorted. */
    static Map<String, Flag> all(Handle handle) {
        var flags = new LinkedHashMap<String, Flag>();
        handle.createQuery("SELECT name, value, changed_at FROM flag ORDER BY name")
                .map((row, _) ->
                        Map.entry(
                                row.getString("name"),
                                new Flag(
                                        Optional.ofNullable(row.getString("value")),
                                        Times.instant(row.getLong("changed_at")))))
                .forEach(flag -> flags.put(flag.getKey(), flag.getValue()));
        return flags;
    }

    static int set(Handle handle, String name, Optional<String> value, Instant at) {
        return handle.createUpdate(
                        """
                        INSERT INTO flag (name, value, changed_at) VALUES (:name, :value, :at)
                        ON CONFLICT (name) DO UPDATE
                        SET value = :value, changed_at = :at, seen_at = NULL
                        WHERE value IS NOT :value
                        """)
                .bind("name", name)
                .bind("value", value)
                .bind("at", Times.column(at))
                .execute();
    }

    static int markSeen(Handle handle, Map<String, Flag> flags, Instant at) {
        try (PreparedBatch batch =
                handle.prepareBatch(
                        "UPDATE flag SET seen_at = ? WHERE name = ? AND changed_at = ?")) {
            flags.forEach((name, flag) ->
                    batch.add(Times.column(at), name, Times.column(flag.changedAt())));
            return batch.execute().length;
        }
    }

    static boolean hasUnseen(Handle handle) {
        return handle.createQuery("SELECT 1 FROM flag WHERE seen_at IS NULL LIMIT 1")
                .mapTo(Integer.class)
                .findOne()
                .isPresent();
    }
}

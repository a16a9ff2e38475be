package org.securebackend.runner.docker;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Optional;
import org.securebackend.runner.executor.UsageReading;

/** Reads the engine's statistics of one container. */
final class ContainerUsage {
    private ContainerUsage() {}

    /** Where the engine tells them, once and at once. */
    static String path(String id) {
        return "/containers/" + id + "/stats?stream=false&one-shot=true";
    }

    /** What it says of a container that runs; empty if it has ended. */
    static Optional<UsageReading> of(String id, JsonNode statistics) {
        long nanos = statistics.path("cpu_stats").path("cpu_usage").path("total_usage").asLong(0);
        JsonNode memory = statistics.path("memory_stats");
        long used = memory.path("usage").asLong(0);
        return nanos <= 0 && used <= 0
                ? Optional.empty()
                : Optional.of(
                        new UsageReading(
                                id, Duration.ofNanos(nanos), Math.max(0, used - cached(memory))));
    }

    /** As {@code docker stats} does: file pages that nobody has used for long do not count. */
    private static long cached(JsonNode memory) {
        JsonNode details = memory.path("stats");
        return details.has("total_inactive_file")
                ? details.path("total_inactive_file").asLong(0)
                : details.path("inactive_file").asLong(0);
    }
}

package org.securebackend.runner.cli;

import static java.util.stream.Collectors.joining;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.securebackend.runner.housekeeping.Journal.Ending;
import org.securebackend.runner.housekeeping.Journal.Entry;

/** What the last house-keeping did, in a line; what went wrong in full. */
final class HousekeepingLine {
    private HousekeepingLine() {}

    /** Nothing if there was none yet. */
    static Optional<String> of(List<Entry> entries) {
        return entries.stream()
                .map(Entry::at)
                .max(Instant::compareTo)
                .map(last -> "%nHouse-keeping %s: %s".formatted(Times.utc(last), text(entries)));
    }

    private static String text(List<Entry> entries) {
        List<Entry> failed =
                entries.stream().filter(entry -> entry.ending() == Ending.FAILED).toList();
        return failed.isEmpty()
                ? "done"
                : failed.stream()
                        .map(entry ->
                                Printable.of("%s FAILED: %s".formatted(entry.task(), entry.text())))
                        .collect(joining("; "));
    }
}

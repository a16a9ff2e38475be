package org.securebackend.runner.housekeeping;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.securebackend.runner.housekeeping.Journal.Ending;
import org.securebackend.runner.housekeeping.Journal.Entry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does all tasks once a day. A day on which the daemon was down is made up for at its next look.
 * One task that fails stops no other.
 */
public final class Housekeeper {
    private static final Logger log = LoggerFactory.getLogger(Housekeeper.class);

    private final List<Task> tasks;
    private final Journal journal;
    private final Schedule schedule;
    private final Surroundings surroundings;
    private final Instant begun;
    private final AtomicBoolean atWork = new AtomicBoolean();

    /** When in the day. */
    public record Schedule(LocalTime at, ZoneId zone) {
        /** The last time before {@code now}, or just then. */
        Instant lastBefore(Instant now) {
            ZonedDateTime today = now.atZone(zone).with(at);
            ZonedDateTime last =
                    today.toInstant().isAfter(now) ? today.minusDays(1).with(at) : today;
            return last.toInstant();
        }
    }

    /**
     * What is passed in.
     *
     * @param threads does the tasks, which may take hours
     */
    public record Surroundings(Path workDirectory, InstantSource clock, Executor threads) {}

    public Housekeeper(List<Task> tasks, Schedule schedule, Surroundings surroundings) {
        this.tasks = List.copyOf(tasks);
        this.journal = new Journal(surroundings.workDirectory());
        this.schedule = schedule;
        this.surroundings = surroundings;
        this.begun = surroundings.clock().instant();
    }

    /** Looks whether it is time; to be asked now and then. Returns at once. */
    public void look() {
        if (!atWork.compareAndSet(false, true)) {
            return;
        }
        surroundings
                .threads()
                .execute(() -> {
                    try {
                        runIfDue();
                    } catch (IOException e) {
                        log.warn("house-keeping cannot be done; it is tried again", e);
                    } finally {
                        atWork.set(false);
                    }
                });
    }

    private void runIfDue() throws IOException {
        List<Entry> before = journal.entries();
        Instant now = surroundings.clock().instant();
        Instant last = before.stream().map(Entry::at).max(Instant::compareTo).orElse(begun);
        if (!last.isBefore(schedule.lastBefore(now))) {
            return;
        }
        Optional<Turn> turn = Turn.take(surroundings.workDirectory());
        if (turn.isEmpty()) {
            log.info("house-keeping waits: a command is at it");
            return;
        }
        try (var _ = turn.get()) {
            journal.write(runAll());
        }
    }

    private List<Entry> runAll() {
        var entries = new ArrayList<Entry>();
        for (Task task : tasks) {
            Entry entry = run(task);
            entries.add(entry);
            switch (entry.ending()) {
                case DONE -> log.info("house-keeping, {}: {}", entry.task(), entry.text());
                case FAILED -> {
                    // Its reason was logged where it is known.
                }
            }
        }
        return entries;
    }

    private Entry run(Task task) {
        Instant start = surroundings.clock().instant();
        try {
            return new Entry(task.name(), start, Ending.DONE, task.run());
        } catch (IOException | RuntimeException e) {
            // Whatever it is, the other tasks do not suffer from it.
            log.warn("house-keeping, {}: not done; tried again at its next time", task.name(), e);
            return new Entry(task.name(), start, Ending.FAILED, String.valueOf(e.getMessage()));
        }
    }
}

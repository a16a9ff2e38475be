package org.securebackend.runner.housekeeping;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.securebackend.runner.housekeeping.Journal.Ending;
import org.securebackend.runner.housekeeping.Journal.Entry;

@SuppressWarnings("NullAway.Init") // JUnit gives the folder.
class HousekeeperTest {
    private static final Housekeeper.Schedule NIGHTLY =
            new Housekeeper.Schedule(LocalTime.of(3, 30), ZoneId.of("Europe/London"));

    @TempDir Path folder;

    private final List<String> done = new ArrayList<>();
    private Instant now = Instant.parse("2026-01-10T12:00:00Z");

    private Task task(String name) {
        return new Task() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public String run() {
                done.add(name);
                return "well";
            }
        };
    }

    private Task failing(RuntimeException failure) {
        return new Task() {
            @Override
            public String name() {
                return "failing";
            }

            @Override
            public String run() {
                throw failure;
            }
        };
    }

    private Housekeeper housekeeper(Task... tasks) {
        return new Housekeeper(
                List.of(tasks),
                NIGHTLY,
                new Housekeeper.Surroundings(folder, () -> now, Runnable::run));
    }

    private void at(String time, Housekeeper housekeeper) {
        now = Instant.parse(time);
        housekeeper.look();
    }

    @ParameterizedTest
    @CsvSource({
        "2026-01-10T03:30:00Z, 2026-01-10T03:30:00Z",
        "2026-01-10T03:29:59Z, 2026-01-09T03:30:00Z",
        "2026-07-10T02:31:00Z, 2026-07-10T02:30:00Z",
        "2026-03-29T02:29:00Z, 2026-03-28T03:30:00Z"
    })
    void scheduledTimeIsTheHostsOwn(Instant time, Instant last) {
        assertThat(NIGHTLY.lastBefore(time)).isEqualTo(last);
    }

    @Test
    void tasksRunOnceADay() {
        Housekeeper housekeeper = housekeeper(task("a"), task("b"));
        at("2026-01-10T12:05:00Z", housekeeper);
        assertThat(done).as("not at the start of a new installation").isEmpty();
        at("2026-01-11T03:29:00Z", housekeeper);
        assertThat(done).isEmpty();
        at("2026-01-11T03:34:00Z", housekeeper);
        assertThat(done).containsExactly("a", "b");
        at("2026-01-11T23:00:00Z", housekeeper);
        assertThat(done).hasSize(2);
        at("2026-01-12T04:00:00Z", housekeeper);
        assertThat(done).hasSize(4);
    }

    @Test
    void missedDayIsMadeUpForAfterARestart() {
        at("2026-01-11T03:34:00Z", housekeeper(task("a")));
        assertThat(done).hasSize(1);

        now = Instant.parse("2026-01-13T09:00:00Z");
        Housekeeper restarted = housekeeper(task("a"));
        restarted.look();
        assertThat(done).hasSize(2);
        restarted.look();
        assertThat(done).hasSize(2);
    }

    @Test
    void oneTaskThatFailsStopsNoOtherAndIsRemembered() throws IOException {
        Housekeeper housekeeper = housekeeper(failing(new IllegalStateException("no")), task("b"));
        at("2026-01-11T04:00:00Z", housekeeper);
        assertThat(done).containsExactly("b");
        assertThat(new Journal(folder).entries())
                .containsExactly(
                        new Entry("failing", now, Ending.FAILED, "no"),
                        new Entry("b", now, Ending.DONE, "well"));
    }

    @Test
    void nothingIsDoneWhileACommandIsAtIt() throws IOException {
        Housekeeper housekeeper = housekeeper(task("a"));
        try (Turn _ = Turn.take(folder).orElseThrow()) {
            assertThat(Turn.take(folder)).isEmpty();
            at("2026-01-11T04:00:00Z", housekeeper);
            assertThat(done).isEmpty();
        }
        at("2026-01-11T04:05:00Z", housekeeper);
        assertThat(done).hasSize(1);
    }

    @Test
    void damagedJournalCountsAsNone() throws IOException {
        for (String text : List.of("", "{", "[]", "{\"tasks\": [{\"task\": 1}]}")) {
            Files.writeString(folder.resolve("housekeeping.json"), text);
            assertThat(new Journal(folder).entries()).isEmpty();
        }
    }
}

package org.securebackend.runner.housekeeping;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.securebackend.runner.job.TestRequests;
import org.securebackend.runner.store.SqliteJobStore;

@SuppressWarnings("NullAway.Init") // JUnit gives the folder.
class BackingUpTest {
    @TempDir Path folder;

    private Instant now = Instant.parse("2026-01-10T03:30:00Z");

    private Path work() {
        return folder.resolve("work");
    }

    private Path backups() {
        return folder.resolve("back/ups");
    }

    private List<String> names() throws IOException {
        try (var files = Files.list(backups())) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void newestCopiesStayAndOtherFilesToo() throws IOException {
        try (var store = SqliteJobStore.createOrMigrate(work())) {
            store.add(TestRequests.of("r1", "w", "a"), List.of());
            var task = new BackingUp(work(), new BackingUp.Settings(backups(), 2), () -> now);
            assertThat(task.run()).startsWith("runner-20260110T033000Z.sqlite, ");
            Files.writeString(backups().resolve("mine.sqlite"), "");
            Files.writeString(backups().resolve("unfinished.sqlite"), "left by a crash");
            for (int day = 0; day < 3; day++) {
                now = now.plus(Duration.ofDays(1));
                task.run();
            }
        }
        assertThat(names())
                .containsExactly(
                        "mine.sqlite",
                        "runner-20260112T033000Z.sqlite",
                        "runner-20260113T033000Z.sqlite");
        Path restored = Files.createDirectories(folder.resolve("restored"));
        Files.copy(
                backups().resolve("runner-20260113T033000Z.sqlite"),
                restored.resolve("runner.sqlite"));
        try (var store = SqliteJobStore.openExisting(restored)) {
            assertThat(store.request(TestRequests.of("r1", "w", "a").id())).isPresent();
        }
    }
}

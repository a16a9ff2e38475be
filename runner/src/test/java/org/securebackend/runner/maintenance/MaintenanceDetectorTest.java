package org.securebackend.runner.maintenance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.securebackend.runner.executor.ExecutorUnavailableException;
import org.securebackend.runner.executor.HelperEnd;
import org.securebackend.runner.executor.HelperProgram;
import org.securebackend.runner.executor.HelperPrograms;
import org.securebackend.runner.executor.ProgramSpec.DatabaseAddress;
import org.securebackend.runner.job.ImageName;
import org.securebackend.runner.store.JobStore;
import org.securebackend.runner.store.SqliteJobStore;

class MaintenanceDetectorTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final String URL = "mssql://user:pass-word@db.test/x";
    private static final String MODE = "mode";
    private static final String MANUAL = "manual-db-maintenance";

    @TempDir private Path work;
    private final List<SqliteJobStore> opened = new ArrayList<>();
    private final List<HelperProgram> asked = new ArrayList<>();
    private HelperPrograms database = _ -> said("");
    private int changes;

    @BeforeEach
    void open() {
        opened.add(SqliteJobStore.createOrMigrate(work));
    }

    @AfterEach
    void close() {
        opened.forEach(SqliteJobStore::close);
    }

    private SqliteJobStore store() {
        return opened.getFirst();
    }

    private static HelperEnd said(String line) {
        return new HelperEnd.Ended(0, line);
    }

    private void set(String flag, String value) {
        store().setFlag(flag, Optional.of(value).filter(text -> !text.isEmpty()), NOW);
    }

    private String mode() {
        JobStore.Flag flag = store().flags().get(MODE);
        return flag == null ? "" : flag.value().orElse("");
    }

    private MaintenanceDetector detector() {
        return new MaintenanceDetector(
                new MaintenanceDetector.Tools(
                        store(),
                        program -> {
                            asked.add(program);
                            return database.run(program);
                        },
                        () -> NOW.plusSeconds(60)),
                new MaintenanceSettings(
                        new ImageName("registry/tool:v1"),
                        List.of("maintenance", "--current-mode", "{mode}"),
                        URL,
                        new DatabaseAddress("db.test"),
                        Duration.ofSeconds(30),
                        Duration.ofMinutes(5)),
                () -> changes++);
    }

    @ParameterizedTest
    @CsvSource({
        "'', db-maintenance, db-maintenance, 1",
        "'', db-maintenance;2, db-maintenance, 1",
        "'', '', '', 0",
        "'', none;0, '', 0",
        "db-maintenance, db-maintenance, db-maintenance, 0",
        "db-maintenance, '', '', 1",
        "db-maintenance, something else, '', 1"
    })
    void lastLineDecides(String before, String line, String after, int changed) {
        set(MODE, before);
        database = _ -> said(line);
        detector().look();
        assertThat(mode()).isEqualTo(after);
        assertThat(changes).isEqualTo(changed);
    }

    @Test
    void sameAnswerKeepsTheTime() {
        set(MODE, "db-maintenance");
        database = _ -> said("db-maintenance");
        detector().look();
        assertThat(store().flags())
                .containsEntry(MODE, new JobStore.Flag(Optional.of("db-maintenance"), NOW));
    }

    @Test
    void operatorsWordComesFirstAndTheDatabaseIsNotAsked() {
        set(MANUAL, "on");
        database = _ -> said("");
        detector().look();
        assertThat(mode()).isEqualTo("db-maintenance");
        assertThat(asked).isEmpty();
    }

    @Test
    void operatorWhoSpeaksWhileTheDatabaseIsAskedIsHeard() {
        database =
                _ -> {
                    set(MANUAL, "on");
                    return said("");
                };
        detector().look();
        assertThat(mode()).isEqualTo("db-maintenance");
    }

    @Test
    void programIsToldThePresentModeAndTheUrlByItsEnvironmentOnly() {
        detector().look();
        set(MODE, "db-maintenance");
        detector().look();
        assertThat(asked)
                .extracting(HelperProgram::arguments)
                .containsExactly(
                        List.of("maintenance", "--current-mode", "None"),
                        List.of("maintenance", "--current-mode", "db-maintenance"));
        assertThat(asked.getFirst().environment()).isEqualTo(Map.of("DATABASE_URL", URL));
        assertThat(asked.getFirst().database()).contains(new DatabaseAddress("db.test"));
        assertThat(asked.getFirst().toString()).doesNotContain("pass-word");
    }

    @Test
    void answerThatFailsChangesNothing() {
        List<HelperPrograms> failures =
                List.of(
                        _ -> new HelperEnd.Ended(1, "db-maintenance"),
                        _ -> new HelperEnd.TookTooLong(),
                        _ -> new HelperEnd.ImageMissing(),
                        _ -> {
                            throw new ExecutorUnavailableException("away", null);
                        },
                        _ -> {
                            throw new IllegalStateException("a bug");
                        });
        for (String before : List.of("", "db-maintenance")) {
            set(MODE, before);
            for (HelperPrograms failing : failures) {
                database = failing;
                detector().look();
                assertThat(mode()).isEqualTo(before);
            }
        }
        assertThat(changes).isZero();
        database = _ -> said("");
        detector().look();
        assertThat(mode()).isEmpty();
    }

    @Test
    void secondLookDuringTheFirstDoesNothing() {
        var detector = detector();
        database =
                _ -> {
                    detector.look();
                    return said("");
                };
        detector.look();
        assertThat(asked).hasSize(1);
    }
}

package org.securebackend.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.securebackend.runner.TestBackend.BACKEND;
import static org.securebackend.runner.TestBackend.at;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.securebackend.runner.devserver.NewRequest;
import org.securebackend.runner.store.SqliteJobStore;

/** The whole daemon on the real engine while its database goes into maintenance and comes out. */
@Tag("docker")
@Timeout(120)
class MaintenanceTest {
    private static final String SECRET = "pass-word-of-the-database";
    private static final String PROJECT =
            """
            version: '4.0'
            actions:
              extract:
                run: ehrql:v1 generate-dataset analysis/dataset.py --output output/dataset.csv
                outputs: {highly_sensitive: {raw: output/dataset.csv}}
            """;

    private final String network = "maintenance-test-" + UUID.randomUUID();
    @TempDir private Path home;

    @BeforeEach
    void makeNetwork() {
        Commands.docker("network", "create", "--internal", network);
    }

    @AfterEach
    void removeNetwork() {
        Commands.attempt("docker", "network", "rm", network);
    }

    private Map<String, String> answering(String answer) {
        var settings = new LinkedHashMap<String, String>();
        settings.put("USING_DUMMY_DATA_BACKEND", "false");
        settings.put("DEFAULT_DATABASE_URL", "mssql://user:" + SECRET + "@192.0.2.7/db");
        settings.put("DATABASE_ACCESS_NETWORK", network);
        settings.put("ENABLE_MAINTENANCE_MODE_THREAD", "True");
        settings.put("MAINTENANCE_POLL_INTERVAL", "0.5");
        settings.put("RUNNER_MAINTENANCE_IMAGE", "python:v2");
        settings.put("RUNNER_MAINTENANCE_COMMAND", "echo," + answer);
        return settings;
    }

    @Test
    void databaseJobWaitsDuringMaintenanceAndRunsAfterwards() throws Exception {
        try (var backend = new TestBackend(home)) {
            String commit = backend.study("study", PROJECT);
            backend.startWith(answering("db-maintenance"));
            Commands.await("the flag", () -> mode(backend).equals("db-maintenance"));
            String id =
                    backend.submit(NewRequest.of(BACKEND, at("study", commit, "w"), "extract"))
                            .identifier();
            backend.await(
                    id,
                    request ->
                            request.jobs().stream()
                                    .anyMatch(job ->
                                            job.progress()
                                                    .code()
                                                    .equals("waiting_db_maintenance")));
            backend.stop();
            assertThat(mode(backend)).isEqualTo("db-maintenance");

            backend.startWith(answering("none;0"));
            Commands.await("the flag's end", () -> mode(backend).isEmpty());
            backend.await(
                    id,
                    request ->
                            request.jobs().stream()
                                    .noneMatch(job ->
                                            job.progress()
                                                    .code()
                                                    .equals("waiting_db_maintenance")));
            backend.stop();
            // One may be cut off by the stop: the next start would replace it.
            for (String left : Commands.containersOf(backend.instance() + ".helper")) {
                Commands.attempt("docker", "rm", "--force", left);
            }
        }
    }

    private static String mode(TestBackend backend) {
        try (var store = SqliteJobStore.openExisting(backend.work())) {
            var flag = store.flags().get("mode");
            return flag == null ? "" : flag.value().orElse("");
        }
    }
}

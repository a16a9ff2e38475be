package org.securebackend.runner.store.v2;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.RequestId;

/** Writes a {@code db.sqlite} as version 2 does, at any of its schemas. */
public final class V2DatabaseFile implements AutoCloseable {
    /** When all of it happens: 2025-01-02 03:04:05 UTC. */
    public static final long START = 1_735_787_045;

    public static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
    public static final String IMAGE = "sha256:" + "ab".repeat(32);

    private static final String JOB =
            """
            CREATE TABLE job (
                id TEXT, job_request_id TEXT, state TEXT, repo_url TEXT, "commit" TEXT,
                workspace TEXT, database_name TEXT, action TEXT, action_repo_url TEXT,
                action_commit TEXT, requires_outputs_from TEXT, wait_for_job_ids TEXT,
                run_command TEXT, image_id TEXT, output_spec TEXT, outputs TEXT,
                unmatched_outputs TEXT, status_message TEXT, status_code TEXT, cancelled BOOLEAN,
                created_at INT, updated_at INT, started_at INT, completed_at INT,
                trace_context TEXT, status_code_updated_at INT, PRIMARY KEY (id))
            """;

    private final Connection connection;
    private final int schema;

    private V2DatabaseFile(Connection connection, int schema) {
        this.connection = connection;
        this.schema = schema;
    }

    /** Makes the file. */
    public static V2DatabaseFile create(Path file, int schema) {
        try {
            var database =
                    new V2DatabaseFile(DriverManager.getConnection("jdbc:sqlite:" + file), schema);
            database.execute("PRAGMA journal_mode = WAL");
            database.execute(JOB);
            database.execute("CREATE TABLE job_request (id TEXT, original TEXT, PRIMARY KEY (id))");
            database.execute(
                    "CREATE TABLE flags (id TEXT, value TEXT, timestamp FLOAT, PRIMARY KEY (id))");
            if (schema >= 2) {
                database.execute("ALTER TABLE job ADD COLUMN level4_excluded_files TEXT");
            }
            if (schema >= 3) {
                database.execute("ALTER TABLE job ADD COLUMN requires_db BOOLEAN");
            }
            database.execute("PRAGMA user_version = " + schema);
            return database;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    public V2DatabaseFile execute(String statement) {
        try (Statement executed = connection.createStatement()) {
            executed.execute(statement);
            return this;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A request of the server for the workspace {@code flucats}. */
    public V2DatabaseFile request(String id, String actions) {
        return original(
                id,
                """
                {"identifier": "%s", "sha": "%s", "database_name": "default",
                 "workspace": {"name": "flucats", "repo": "https://github.com/opensafely/flucats",
                               "branch": "main", "created_by": "ann"},
                 "requested_actions": [%s], "cancelled_actions": [],
                 "force_run_dependencies": false, "codelists_ok": true, "created_by": "ann",
                 "project": "flu", "orgs": ["clinic"]}
                """
                        .formatted(id, COMMIT, actions));
    }

    public V2DatabaseFile original(String id, String original) {
        insert("job_request", Map.of("id", id, "original", original));
        return this;
    }

    public V2DatabaseFile flag(String name, String value, double timestamp) {
        insert("flags", Map.of("id", name, "value", value, "timestamp", timestamp));
        return this;
    }

    /** A job of a request; without more words it is pending. */
    public Row job(String request, String action, long createdAt) {
        return new Row(request, action, createdAt);
    }

    private void insert(String table, Map<String, ?> values) {
        List<String> columns = List.copyOf(values.keySet());
        String text =
                "INSERT INTO %s (%s) VALUES (%s)"
                        .formatted(
                                table,
                                columns.stream()
                                        .map(column -> '"' + column + '"')
                                        .reduce((a, b) -> a + "," + b)
                                        .orElseThrow(),
                                String.join(",", columns.stream().map(_ -> "?").toList()));
        try (PreparedStatement statement = connection.prepareStatement(text)) {
            for (int i = 0; i < columns.size(); i++) {
                statement.setObject(i + 1, values.get(columns.get(i)));
            }
            statement.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A row of the table {@code job}, written by {@link #save}. */
    public final class Row {
        private final Map<String, Object> values = new LinkedHashMap<>();
        private final long createdAt;

        private Row(String request, String action, long createdAt) {
            this.createdAt = createdAt;
            with("id", idOf(request, action));
            with("job_request_id", request).with("action", action).with("state", "pending");
            with("repo_url", "https://github.com/opensafely/flucats").with("commit", COMMIT);
            with("workspace", "flucats").with("database_name", "default");
            with("requires_outputs_from", "[]").with("wait_for_job_ids", "[]");
            with("run_command", "python:v2 python analysis/%s.py \"a b\"".formatted(action));
            with("output_spec", "{\"moderately_sensitive\": {\"t\": \"output/%s.csv\"}}", action);
            with("status_message", "Created").with("status_code", "created");
            with("cancelled", 0).with("created_at", createdAt).with("updated_at", createdAt);
            with("status_code_updated_at", createdAt * 1_000_000_000L + 123_456_789);
            with("trace_context", "{\"traceparent\": \"00-0-0-00\"}");
            if (schema >= 3) {
                with("requires_db", 0);
            }
        }

        public Row with(String column, Object value) {
            values.put(column, value);
            return this;
        }

        private Row with(String column, String format, String word) {
            return with(column, format.formatted(word));
        }

        public Row without(String... columns) {
            List.of(columns).forEach(values::remove);
            return this;
        }

        public Row needs(String action) {
            return with("requires_outputs_from", "[\"" + action + "\"]");
        }

        public Row waitsFor(String request, String action) {
            return needs(action).with("wait_for_job_ids", "[\"" + idOf(request, action) + "\"]");
        }

        public Row running() {
            return with("state", "running")
                    .with("status_code", "executing")
                    .with("started_at", createdAt + 10);
        }

        /** Ended after a minute, and left these files at the level moderately_sensitive. */
        public Row succeeded(String... files) {
            return ended("succeeded", "succeeded", "Completed successfully").left(files);
        }

        public Row failed(String code, String message) {
            return ended("failed", code, message);
        }

        private Row ended(String state, String code, String message) {
            return with("state", state)
                    .with("status_code", code)
                    .with("status_message", message)
                    .with("image_id", IMAGE)
                    .with("started_at", createdAt + 10)
                    .with("completed_at", createdAt + 60)
                    .with("updated_at", createdAt + 60)
                    .with("status_code_updated_at", (createdAt + 60) * 1_000_000_000L + 5);
        }

        public Row left(String... files) {
            var entries = new ArrayList<String>();
            for (String file : files) {
                entries.add("\"%s\": \"moderately_sensitive\"".formatted(file));
            }
            return with("outputs", "{" + String.join(", ", entries) + "}");
        }

        /** Only tells something. */
        public Row notice(String state, String code, String message) {
            return ended(state, code, message)
                    .without("run_command", "output_spec", "image_id")
                    .without("requires_outputs_from", "wait_for_job_ids");
        }

        public V2DatabaseFile save() {
            insert("job", values);
            return V2DatabaseFile.this;
        }
    }

    public static String idOf(String request, String action) {
        return JobId.of(new RequestId(request), action).value();
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}

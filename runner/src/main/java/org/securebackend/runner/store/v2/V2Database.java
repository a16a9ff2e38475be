package org.securebackend.runner.store.v2;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.securebackend.runner.store.JobStore.Flag;
import org.securebackend.runner.store.StoreException;
import org.sqlite.SQLiteConfig;

/**
 * A private copy of version 2's {@code db.sqlite}, with whatever its journal still held. The
 * original is never opened by SQLite, which would write beside it.
 */
final class V2Database implements AutoCloseable {
    private static final int OLDEST = 1;
    private static final int NEWEST = 3;
    private static final List<String> COMPANIONS = List.of("", "-wal", "-journal");
    private static final Set<String> TABLES = Set.of("job", "job_request");

    private final Path file;
    private final Path folder;
    private final Connection connection;
    private int schema;

    private V2Database(Path file, Path folder, Connection connection) {
        this.file = file;
        this.folder = folder;
        this.connection = connection;
    }

    /**
     * Copies {@code file} and opens the copy.
     *
     * @param scratch a folder for the copy, which is removed when this is closed
     * @throws V2RefusedException if it is anything else than a database of version 2
     */
    static V2Database copyOf(Path file, Path scratch) {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new StoreException(
                    "there is no database %s: name version 2's db.sqlite, in its WORKDIR"
                            .formatted(file),
                    null);
        }
        Path folder = null;
        try {
            folder = Files.createTempDirectory(scratch, ".import-");
            for (String companion : COMPANIONS) {
                Path part = beside(file, companion);
                if (Files.exists(part)) {
                    Files.copy(part, folder.resolve("db.sqlite" + companion));
                }
            }
            return open(file, folder);
        } catch (IOException e) {
            remove(folder);
            throw new StoreException(
                    "%s cannot be copied to %s: see who may read it, and whether there is space"
                            .formatted(file, scratch),
                    e);
        } catch (SQLException e) {
            remove(folder);
            throw unreadable(file, e);
        } catch (RuntimeException e) {
            remove(folder);
            throw e;
        }
    }

    static Path beside(Path file, String suffix) {
        return file.resolveSibling(file.getFileName() + suffix);
    }

    private static V2Database open(Path file, Path folder) throws SQLException {
        Connection connection =
                new SQLiteConfig()
                        .createConnection("jdbc:sqlite:" + folder.resolve("db.sqlite").toUri());
        var database = new V2Database(file, folder, connection);
        try {
            database.require();
            return database;
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private void require() throws SQLException {
        schema = number("PRAGMA user_version");
        int application = number("PRAGMA application_id");
        var tables = new HashSet<String>();
        try (Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                "SELECT name FROM sqlite_schema WHERE type = 'table'")) {
            while (rows.next()) {
                tables.add(rows.getString(1));
            }
        }
        if (application != 0 || !tables.containsAll(TABLES)) {
            throw new V2RefusedException(
                    "%s is not a database of version 2: name its db.sqlite".formatted(file));
        }
        if (schema < OLDEST) {
            throw new V2RefusedException(
                    "%s is of before schema %d: run version 2's own migrate command first"
                            .formatted(file, OLDEST));
        }
        if (schema > NEWEST) {
            throw new V2RefusedException(
                    "%s has schema %d; schemas %d to %d can be taken over: a newer version wrote it"
                            .formatted(file, schema, OLDEST, NEWEST));
        }
        try (Statement statement = connection.createStatement();
                ResultSet verdict = statement.executeQuery("PRAGMA quick_check(1)")) {
            if (!"ok".equals(verdict.getString(1))) {
                throw new V2RefusedException(
                        "%s is damaged: nothing was taken over; use a backup".formatted(file));
            }
        }
        try (Statement statement = connection.createStatement()) {
            // On the copy: it may be missing there, and would be looked for a thousand times.
            statement.executeUpdate(
                    "CREATE INDEX IF NOT EXISTS import_job_request ON job (job_request_id)");
        }
    }

    private int number(String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            return row.getInt(1);
        }
    }

    int schema() {
        return schema;
    }

    /** Ids of all requests that have jobs, oldest first. */
    List<String> requests() {
        var ids = new ArrayList<String>();
        each(
                "SELECT job_request_id FROM job WHERE job_request_id IS NOT NULL"
                        + " GROUP BY job_request_id ORDER BY min(created_at), min(rowid)",
                row -> ids.add(row.getString(1)));
        return ids;
    }

    /** The request as it was received, JSON. */
    Optional<String> original(String request) {
        var found = new ArrayList<String>();
        each(
                "SELECT original FROM job_request WHERE id = ? AND original IS NOT NULL",
                row -> found.add(row.getString(1)),
                request);
        return found.stream().findFirst();
    }

    /** The jobs of a request, in the order in which they were planned. */
    List<V2Row> jobs(String request) {
        var jobs = new ArrayList<V2Row>();
        each(
                "SELECT * FROM job WHERE job_request_id = ? ORDER BY rowid",
                row -> jobs.add(V2Row.of(row)),
                request);
        return jobs;
    }

    /** Every job that is over and left files, one after the other. */
    void jobsWithFiles(Consumer<V2Row> taker) {
        each(
                "SELECT * FROM job WHERE state IN ('succeeded', 'failed') AND outputs IS NOT NULL"
                        + " AND run_command IS NOT NULL",
                row -> taker.accept(V2Row.of(row)));
    }

    /** Ids of jobs that are not over. */
    Set<String> openJobs() {
        var ids = new HashSet<String>();
        each(
                "SELECT id FROM job WHERE state IN ('pending', 'running')",
                row -> ids.add(row.getString(1)));
        return ids;
    }

    /** Ids of jobs that are over. */
    Set<String> jobsThatEnded(Set<String> among) {
        var ids = new HashSet<String>();
        for (String id : among) {
            each(
                    "SELECT id FROM job WHERE id = ? AND state IN ('succeeded', 'failed')",
                    row -> ids.add(row.getString(1)),
                    id);
        }
        return ids;
    }

    Optional<String> actionOf(String job) {
        var found = new ArrayList<String>();
        each("SELECT action FROM job WHERE id = ?", row -> found.add(row.getString(1)), job);
        return found.stream().findFirst();
    }

    /** Flags, with the time of their last change; empty values count as cleared. */
    Map<String, Flag> flags() {
        var flags = new LinkedHashMap<String, Flag>();
        if (count("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'flags'")
                == 0) {
            return flags;
        }
        each(
                "SELECT id, value, timestamp FROM flags ORDER BY id",
                row ->
                        flags.put(
                                row.getString(1),
                                new Flag(
                                        Optional.ofNullable(row.getString(2))
                                                .filter(value -> !value.isEmpty()),
                                        seconds(row.getDouble(3)))));
        return flags;
    }

    private static Instant seconds(double seconds) {
        return Instant.ofEpochSecond(0, Math.round(seconds * 1e6) * 1000);
    }

    private int count(String query) {
        try {
            return number(query);
        } catch (SQLException e) {
            throw unreadable(file, e);
        }
    }

    private interface RowTaker {
        void take(ResultSet row) throws SQLException;
    }

    private void each(String query, RowTaker taker, String... parameters) {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setString(i + 1, parameters[i]);
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    taker.take(rows);
                }
            }
        } catch (SQLException e) {
            throw unreadable(file, e);
        }
    }

    private static StoreException unreadable(Path file, SQLException cause) {
        return new StoreException(
                "%s cannot be read as a database; nothing was taken over: see whether it is version 2's db.sqlite, and whole"
                        .formatted(file),
                cause);
    }

    private static void remove(@Nullable Path folder) {
        if (folder == null) {
            return;
        }
        try (var files = Files.list(folder)) {
            for (Path part : files.toList()) {
                Files.delete(part);
            }
            Files.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("a copy of the database is left in " + folder, e);
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw unreadable(file, e);
        } finally {
            remove(folder);
        }
    }
}

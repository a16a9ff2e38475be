package org.securebackend.runner.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a database to the schema that this program knows. The schema's version is the number of
 * scripts that were applied, kept in SQLite's {@code user_version}.
 */
final class Migrations {
    private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);

    /** Marks a file as this program's: the letters {@code SBRn}. */
    private static final int APPLICATION_ID = 0x5342526e;

    /** In order. A script that was released is never changed: another one follows it. */
    private static final List<String> SCRIPTS =
            List.of(
                    "001-first-schema.sql",
                    "002-checks-of-outputs.sql",
                    "004-what-hinders-a-job.sql",
                    "006-job-metrics.sql",
                    "003-orders.sql",
                    "005-workspace-turns.sql");

    /** The version that this program reads and writes. */
    static final int CURRENT = SCRIPTS.size();

    private Migrations() {}

    /**
     * Creates the tables of an empty database, or migrates an older one in one transaction, after a
     * look at its health.
     *
     * @return the version that it had
     */
    static int createOrMigrate(SqliteDatabase database) {
        int before = database.alone(handle -> versionOf(database, handle));
        if (before == CURRENT) {
            return before;
        }
        database.alone(handle -> {
            checkHealth(database, handle);
            return handle.execute("PRAGMA journal_mode = WAL");
        });
        database.write(handle -> {
            // Another process may have been quicker.
            int now = versionOf(database, handle);
            SCRIPTS.subList(now, CURRENT).forEach(script -> apply(handle, script));
            handle.execute("PRAGMA application_id = " + APPLICATION_ID);
            return handle.execute("PRAGMA user_version = " + CURRENT);
        });
        LOG.info("database {}: schema {} instead of {}", database.file(), CURRENT, before);
        return before;
    }

    /** Creates the tables of an empty database; an older one is refused. */
    static void createOrRequireCurrent(SqliteDatabase database) {
        int before = database.alone(handle -> versionOf(database, handle));
        if (before == 0) {
            createOrMigrate(database);
        } else {
            requireCurrent(database);
        }
    }

    /** Refuses a database that is not of the version that this program knows. */
    static void requireCurrent(SqliteDatabase database) {
        int version = database.alone(handle -> versionOf(database, handle));
        if (version < CURRENT) {
            throw new StoreException(
                    "the database %s is of an older version (schema %d, this program needs %d): make a backup, then run the migrate command"
                            .formatted(database.file(), version, CURRENT),
                    null);
        }
    }

    /**
     * The version of the schema, 0 if there are no tables; refuses what is not for this program.
     */
    private static int versionOf(SqliteDatabase database, Handle handle) {
        int version = number(handle, "PRAGMA user_version");
        int application = number(handle, "PRAGMA application_id");
        int tables = number(handle, "SELECT count(*) FROM sqlite_schema");
        boolean empty = version == 0 && application == 0 && tables == 0;
        if (!empty && application != APPLICATION_ID) {
            throw new StoreException(
                    "%s is a database of another program: nothing was changed; see whether the work directory is right"
                            .formatted(database.file()),
                    null);
        }
        if (version > CURRENT) {
            throw new StoreException(
                    "the database %s is of a newer version (schema %d, this program knows %d): nothing was changed; use the version of the program that wrote it, or a backup"
                            .formatted(database.file(), version, CURRENT),
                    null);
        }
        return version;
    }

    private static int number(Handle handle, String query) {
        return handle.select(query).mapTo(Integer.class).one();
    }

    /** Looks at every page and every index entry, which takes as long as reading the file. */
    static void requireSound(SqliteDatabase database) {
        database.alone(handle -> {
            requireOk(database, handle, "PRAGMA integrity_check(1)");
            return versionOf(database, handle);
        });
    }

    static void checkHealth(SqliteDatabase database, Handle handle) {
        requireOk(database, handle, "PRAGMA quick_check(1)");
    }

    private static void requireOk(SqliteDatabase database, Handle handle, String check) {
        requireGood(database, handle.select(check).mapTo(String.class).one());
    }

    static void requireGood(SqliteDatabase database, String verdict) {
        if (!verdict.equals("ok")) {
            throw new StoreException(
                    "the database %s is damaged (%s): nothing was changed; put a backup in its place"
                            .formatted(database.file(), verdict),
                    null);
        }
    }

    // Not by way of Jdbi: it would split a script into statements by rules of its own.
    private static void apply(Handle handle, String script) {
        try (Statement statement = handle.getConnection().createStatement()) {
            statement.executeUpdate(text(script));
        } catch (SQLException e) {
            throw new ConnectionException(e);
        }
    }

    private static String text(String script) {
        try (InputStream in = Migrations.class.getResourceAsStream("/store/" + script)) {
            if (in == null) {
                throw new IllegalStateException("not packaged: " + script);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read packaged " + script, e);
        }
    }
}

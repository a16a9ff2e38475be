package org.securebackend.runner.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteErrorCode;

/**
 * Looks whether a database is damaged, for a limited time: a large one is looked at in part, so
 * that a start does not wait for it.
 *
 * @param patience how long that may take
 */
record HealthCheck(Duration patience) {
    private static final Logger log = LoggerFactory.getLogger(HealthCheck.class);

    static final HealthCheck USUAL = new HealthCheck(Duration.ofSeconds(1));

    /**
     * Refuses a damaged database.
     *
     * @throws StoreException if damage was found
     */
    void require(SqliteDatabase database) {
        String verdict = database.alone(this::verdict);
        if (verdict.isEmpty()) {
            log.info(
                    "database {}: nothing wrong was found in {} ms, there is more of it",
                    database.file(),
                    patience.toMillis());
        } else {
            Migrations.requireGood(database, verdict);
        }
    }

    /** Empty: no time was left. */
    private String verdict(Handle handle) {
        var over = new CountDownLatch(1);
        try (Statement statement = handle.getConnection().createStatement()) {
            Thread.ofVirtual().name("health check's clock").start(() -> cancel(statement, over));
            try (ResultSet result = statement.executeQuery("PRAGMA quick_check(1)")) {
                return result.getString(1);
            } finally {
                over.countDown();
            }
        } catch (SQLException e) {
            if (e.getErrorCode() == SQLiteErrorCode.SQLITE_INTERRUPT.code) {
                return "";
            }
            throw new ConnectionException(e);
        }
    }

    private void cancel(Statement statement, CountDownLatch over) {
        try {
            if (!over.await(patience.toNanos(), TimeUnit.NANOSECONDS)) {
                statement.cancel();
            }
        } catch (SQLException e) {
            log.warn("the look at the database's health could not be cut short", e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}

package org.securebackend.runner.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteOpenMode;

/**
 * The connections to one database file: one that writes, for one caller at a time, and a few that
 * read beside it. Other processes may have the file open too. Safe for use by several threads.
 */
final class SqliteDatabase implements AutoCloseable {
    private static final long JOURNAL_BYTES = 64L << 20;
    private static final int PAGE_BYTES = 4096;
    private static final long MOST_PAGES = 0xfffffffeL;

    private final Path file;
    private final DatabaseLimits limits;
    private final Handle writer;
    private final ReentrantLock writing = new ReentrantLock();
    private final List<Handle> readers = new ArrayList<>();
    private final Deque<Handle> idleReaders = new ConcurrentLinkedDeque<>();
    private final Semaphore readerSlots;

    private SqliteDatabase(Path file, DatabaseLimits limits) {
        this.file = file;
        this.limits = limits;
        this.readerSlots = new Semaphore(limits.readers());
        this.writer = connect();
    }

    /**
     * Opens {@code file}, which is there already; an empty one is a database without tables.
     *
     * @param preparation what must be done before anybody reads
     */
    static SqliteDatabase open(
            Path file, DatabaseLimits limits, Consumer<SqliteDatabase> preparation) {
        var database = new SqliteDatabase(file, limits);
        try {
            preparation.accept(database);
            for (int i = 0; i < limits.readers(); i++) {
                database.addReader();
            }
            return database;
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    Path file() {
        return file;
    }

    private void addReader() {
        Handle reader = connect();
        readers.add(reader);
        idleReaders.add(reader);
        guarded(() -> reader.execute("PRAGMA query_only = ON"));
    }

    private Handle connect() {
        var config = new SQLiteConfig();
        config.resetOpenMode(SQLiteOpenMode.CREATE);
        config.setBusyTimeout(Math.toIntExact(limits.patience().toMillis()));
        config.enforceForeignKeys(true);
        config.setGetGeneratedKeys(false);
        try {
            // As a URI: a plain name would have its ? and what follows taken for settings.
            Connection connection = config.createConnection("jdbc:sqlite:" + file.toUri());
            try (Statement statement = connection.createStatement()) {
                statement.execute("PRAGMA synchronous = FULL");
                statement.execute("PRAGMA journal_size_limit = " + JOURNAL_BYTES);
                statement.execute("PRAGMA max_page_count = " + largestPages());
            } catch (SQLException e) {
                connection.close();
                throw e;
            }
            // By a factory: Jdbi then closes the connection with the handle.
            return Jdbi.create(() -> connection).open();
        } catch (SQLException e) {
            throw SqliteFaults.translate(file, e);
        }
    }

    private long largestPages() {
        return Math.clamp(limits.largestBytes() / PAGE_BYTES, 1, MOST_PAGES);
    }

    /** Answers a question. Sees all changes that were saved before, and none half. */
    <T> T read(Function<Handle, T> question) {
        readerSlots.acquireUninterruptibly();
        Handle reader = idleReaders.pop();
        try {
            return guarded(() -> question.apply(reader));
        } finally {
            idleReaders.push(reader);
            readerSlots.release();
        }
    }

    /** Makes a change: all of it is on disk when this returns, or nothing of it if it throws. */
    <T> T write(Function<Handle, T> change) {
        writing.lock();
        try {
            return guarded(() -> inTransaction(change));
        } finally {
            writing.unlock();
        }
    }

    /** Gives the one connection that writes to {@code work}, outside of any transaction. */
    <T> T alone(Function<Handle, T> work) {
        writing.lock();
        try {
            return guarded(() -> work.apply(writer));
        } finally {
            writing.unlock();
        }
    }

    // The driver's own transactions take the lock again right after each commit: a change that is
    // saved could then be reported as failed. So they are spelled out.
    private <T> T inTransaction(Function<Handle, T> change) {
        writer.execute("BEGIN IMMEDIATE");
        try {
            T result = change.apply(writer);
            writer.execute("COMMIT");
            return result;
        } catch (RuntimeException e) {
            rollBack(e);
            throw e;
        }
    }

    private void rollBack(RuntimeException reason) {
        try {
            writer.execute("ROLLBACK");
        } catch (RuntimeException e) {
            // After some errors, such as a full disk, SQLite has rolled back already.
            reason.addSuppressed(SqliteFaults.translate(file, e));
        }
    }

    private <T> T guarded(Supplier<T> work) {
        try {
            return work.get();
        } catch (JdbiException e) {
            throw SqliteFaults.translate(file, e);
        }
    }

    @Override
    public void close() {
        readers.forEach(Handle::close);
        writer.close();
    }
}

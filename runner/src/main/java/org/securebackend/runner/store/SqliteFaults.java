package org.securebackend.runner.store;

import java.nio.file.Path;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * Turns what SQLite reports into words for an operator: which file, what is wrong, what to do. The
 * library's own wrapper repeats a statement's arguments, so it is left out of the chain of causes.
 */
final class SqliteFaults {
    private static final int PRIMARY_CODE = 0xff;

    private SqliteFaults() {}

    /** The exception to throw for {@code thrown}; one of this room passes as it is. */
    static StoreException translate(Path file, RuntimeException thrown) {
        if (thrown instanceof StoreException known) {
            return known;
        }
        SQLException cause = sqlCause(thrown);
        return cause == null
                ? new StoreException("the database %s cannot be used".formatted(file), thrown)
                : translate(file, cause);
    }

    static StoreException translate(Path file, SQLException cause) {
        return new StoreException(
                "the database %s %s".formatted(file, explain(file, codeOf(cause))), cause);
    }

    private static @Nullable SQLException sqlCause(Throwable thrown) {
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            if (t instanceof SQLException found) {
                return found;
            }
        }
        return null;
    }

    private static SQLiteErrorCode codeOf(SQLException cause) {
        int code =
                cause instanceof SQLiteException sqlite
                        ? sqlite.getResultCode().code
                        : cause.getErrorCode();
        return SQLiteErrorCode.getErrorCode(code & PRIMARY_CODE);
    }

    private static String explain(Path file, SQLiteErrorCode code) {
        return switch (code) {
            case SQLITE_BUSY, SQLITE_LOCKED ->
                    "is locked by another process: see which one has it open (fuser %s), and try again"
                            .formatted(file);
            case SQLITE_FULL -> "cannot grow, nothing was changed: free space on its file system";
            case SQLITE_IOERR ->
                    "cannot be read or written (input/output error): see whether its file system is full, gone or failing";
            case SQLITE_CORRUPT ->
                    "is damaged: stop the runner, keep the file for inspection, and put a backup in its place";
            case SQLITE_NOTADB -> "is not a database: move it away, and put a backup in its place";
            case SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH ->
                    "may not be written: see who owns it and its folder, and which user this program runs as";
            case SQLITE_CANTOPEN ->
                    "cannot be opened: see whether it is there, who owns it, and which user this program runs as";
            default -> "cannot be used (" + code + ")";
        };
    }
}

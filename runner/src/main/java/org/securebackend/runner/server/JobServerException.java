package org.securebackend.runner.server;

import org.jspecify.annotations.Nullable;

/**
 * The job server cannot be reached, or refuses. The message is one line for an operator, without
 * secrets.
 */
public final class JobServerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Kind kind;

    public JobServerException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    /** What to make of it. */
    public enum Kind {
        /**
         * Not reached, timed out, 5xx, or an answer that is not the protocol's: try again later.
         */
        UNREACHABLE,
        /** Token missing or wrong (401, 403). */
        UNAUTHORIZED,
        /** What was sent is refused (other 4xx): smaller pieces may pass. */
        REFUSED
    }
}

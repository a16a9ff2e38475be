package org.securebackend.runner.source;

import org.jspecify.annotations.Nullable;

/** An exchange with a repository, or with its local copy, failed. */
final class GitTrafficException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Trouble trouble;

    GitTrafficException(Trouble trouble, @Nullable Throwable cause) {
        super(trouble.name(), cause);
        this.trouble = trouble;
    }

    Trouble trouble() {
        return trouble;
    }

    /** What went wrong. */
    enum Trouble {
        /** There is no such repository, or not for us. */
        NO_REPOSITORY,
        /** The repository does not have what was asked for. */
        NO_COMMIT,
        /** The other side sends us somewhere else. */
        REDIRECTED,
        /** More than the limits allow. */
        TOO_LARGE,
        /** The other side does not want our token, or wants less of us. */
        NOT_WELCOME,
        /** No answer, not the right one, or not in time. */
        UNREACHABLE,
        /** Somebody asked us to stop. */
        INTERRUPTED,
        /** The local copy cannot be read or written. */
        CACHE
    }
}

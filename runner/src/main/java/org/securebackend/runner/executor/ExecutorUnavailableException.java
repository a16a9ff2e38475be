package org.securebackend.runner.executor;

import org.jspecify.annotations.Nullable;

/** The executor cannot be asked now; try again later. */
public final class ExecutorUnavailableException extends ExecutorException {
    private static final long serialVersionUID = 1L;

    public ExecutorUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}

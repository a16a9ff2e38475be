package org.securebackend.runner.executor;

import org.jspecify.annotations.Nullable;

/** The executor refused, for a reason that will not pass by itself. */
public class ExecutorException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ExecutorException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}

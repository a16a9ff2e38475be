package org.securebackend.runner.source;

import org.jspecify.annotations.Nullable;

/** Asking again will not help: not allowed, not there, not on the branch. */
public final class SourceRefusedException extends SourceException {
    private static final long serialVersionUID = 1L;

    public SourceRefusedException(String errorClass, String message, @Nullable Throwable cause) {
        super(errorClass, message, cause);
    }
}

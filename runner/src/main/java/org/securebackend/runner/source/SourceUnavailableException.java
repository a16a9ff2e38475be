package org.securebackend.runner.source;

import org.jspecify.annotations.Nullable;

/** The repository cannot be reached now. */
public final class SourceUnavailableException extends SourceException {
    private static final long serialVersionUID = 1L;

    public SourceUnavailableException(
            String errorClass, String message, @Nullable Throwable cause) {
        super(errorClass, message, cause);
    }
}

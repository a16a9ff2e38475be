package org.securebackend.runner.store;

import org.jspecify.annotations.Nullable;

/** The store cannot be read or written. */
public class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StoreException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}

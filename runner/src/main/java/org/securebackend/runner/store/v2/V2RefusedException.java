package org.securebackend.runner.store.v2;

/** The file is not a database that can be taken over; the message says what it is. */
public final class V2RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    V2RefusedException(String message) {
        super(message);
    }
}

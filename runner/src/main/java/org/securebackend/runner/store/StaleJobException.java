package org.securebackend.runner.store;

/** Somebody else changed a job since it was read; nothing was saved: read it and decide again. */
public final class StaleJobException extends StoreException {
    private static final long serialVersionUID = 1L;

    public StaleJobException(String message) {
        super(message, null);
    }
}

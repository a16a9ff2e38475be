package org.securebackend.runner.store;

/** Another daemon works in the work directory. */
public final class WorkdirTakenException extends StoreException {
    private static final long serialVersionUID = 1L;

    public WorkdirTakenException(String message) {
        super(message, null);
    }
}

package org.securebackend.runner.executor;

import java.io.IOException;

/**
 * A workspace that its job left in such a state that it cannot be looked at, now or later. The
 * message is for the job's user and made of constants and numbers.
 */
public final class WorkspaceUnfitException extends IOException {
    private static final long serialVersionUID = 1L;

    public WorkspaceUnfitException(String message) {
        super(message);
    }
}

package org.securebackend.runner.source;

import org.eclipse.jgit.errors.ConfigInvalidException;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.errors.MissingObjectException;

/** Tells a copy on disk that is broken for good from trouble that passes, such as a full disk. */
final class Damage {
    private static final int DEEPEST_CAUSE = 20;

    private Damage() {}

    /** Also if somebody put another exception around it. */
    static boolean isCauseOf(Throwable error) {
        Throwable cause = error;
        for (int depth = 0; cause != null && depth < DEEPEST_CAUSE; depth++) {
            if (isDamage(cause)) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    private static boolean isDamage(Throwable cause) {
        return cause instanceof CommitTree.DamagedException
                || cause instanceof CorruptObjectException
                || cause instanceof MissingObjectException
                || cause instanceof ConfigInvalidException;
    }
}

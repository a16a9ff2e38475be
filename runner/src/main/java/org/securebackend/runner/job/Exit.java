package org.securebackend.runner.job;

import java.util.OptionalLong;

/**
 * How a program ended.
 *
 * @param code exit code, 0 to 255
 * @param outOfMemory whether the engine says that it was killed for its memory
 * @param memoryLimitBytes the limit it ran under, if any
 */
public record Exit(int code, boolean outOfMemory, OptionalLong memoryLimitBytes) {
    /** Exit code of a program that was killed by SIGKILL. */
    public static final int KILLED = 137;

    public Exit {
        if (code < 0 || code > 255) {
            throw new IllegalArgumentException("exit code not in 0..255: " + code);
        }
    }

    /** A plain exit without memory trouble. */
    public static Exit of(int code) {
        return new Exit(code, false, OptionalLong.empty());
    }
}

package org.securebackend.runner.outputs.log;

/**
 * How much of a log is kept.
 *
 * @param headBytes from its start
 * @param tailBytes from its end; held in memory while it is written
 * @param lineBytes of each line
 */
public record LogLimits(long headBytes, int tailBytes, int lineBytes) {
    public LogLimits {
        if (headBytes < 0 || tailBytes < 1 || lineBytes < 1) {
            throw new IllegalArgumentException("a log must keep at least one byte");
        }
    }

    /** 16 MiB and 4 MiB, lines of 64 KiB. */
    public static LogLimits standard() {
        return new LogLimits(16L << 20, 4 << 20, 64 << 10);
    }
}

package org.securebackend.runner.docker;

/**
 * What one program may use.
 *
 * @param cpus processors, parts allowed; more than 0
 * @param memoryBytes memory, with no swap beside it
 * @param processes processes and threads at a time
 * @param log how much of what it says is kept
 */
public record ProgramLimits(double cpus, long memoryBytes, long processes, LogLimits log) {
    /** The engine starts nothing with less. */
    public static final long LEAST_MEMORY_BYTES = 6L << 20;

    private static final double NANOS = 1e9;

    /** Spec, section 2: two processors and 4 GiB. */
    public static final ProgramLimits DEFAULT =
            new ProgramLimits(2, 4L << 30, 4096, LogLimits.DEFAULT);

    public ProgramLimits {
        if (!(cpus > 0) || cpus > 100_000) {
            throw new IllegalArgumentException("processors must be more than 0: " + cpus);
        }
        if (memoryBytes < LEAST_MEMORY_BYTES) {
            throw new IllegalArgumentException(
                    "the engine needs at least %d bytes of memory for a program, not %d"
                            .formatted(LEAST_MEMORY_BYTES, memoryBytes));
        }
        if (processes < 1) {
            throw new IllegalArgumentException("processes must be at least 1: " + processes);
        }
    }

    long nanoCpus() {
        return Math.round(cpus * NANOS);
    }

    /**
     * How much the engine keeps of what a program says: the newest files of this size, all but the
     * newest compressed.
     *
     * @param fileBytes size of one file
     * @param files how many; with one it could not be known whether something was dropped
     */
    public record LogLimits(long fileBytes, int files) {
        /** 500 MiB, which usually take a tenth of that. */
        public static final LogLimits DEFAULT = new LogLimits(20L << 20, 25);

        public LogLimits {
            if (fileBytes < 1 || files < 2) {
                throw new IllegalArgumentException("a log needs at least one byte and two files");
            }
        }
    }
}

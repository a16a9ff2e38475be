package org.securebackend.runner.outputs;

import org.securebackend.runner.outputs.matching.OutputNames;

/**
 * What one job may leave behind; what goes beyond is not collected, and its log says so.
 *
 * @param files how many outputs
 * @param fileBytes apparent size of one
 * @param totalBytes apparent size of all together
 * @param names how long and deep their paths may be; {@code nameBytes} leaves room for a suffix
 * @param listed how many entries each list of remarks in the results may have
 * @param reservedBytes free space that collecting leaves in high storage
 */
public record CollectLimits(
        int files,
        long fileBytes,
        long totalBytes,
        OutputNames.Bounds names,
        int listed,
        long reservedBytes) {
    private static final long GIBIBYTE = 1L << 30;

    /** Generous bounds: 100,000 files, 100 GiB each, 500 GiB together. */
    public static CollectLimits standard() {
        return new CollectLimits(
                100_000,
                100 * GIBIBYTE,
                500 * GIBIBYTE,
                new OutputNames.Bounds(32, 240, 1000),
                500,
                GIBIBYTE);
    }
}

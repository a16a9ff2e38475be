package org.securebackend.runner.job;

import java.util.Locale;

/** Numbers of bytes as people read them. */
public final class ByteCount {
    private static final String UNITS = "kMGTPE";

    private ByteCount() {}

    /** Two or three digits and a unit, each 1024 of the one before: {@code 1.5 kB}. */
    public static String of(long bytes) {
        if (bytes < 1024) {
            return bytes + " B";
        }
        double value = bytes;
        int unit = -1;
        do {
            value /= 1024;
            unit++;
        } while (value >= 999.5 && unit < UNITS.length() - 1);
        return String.format(
                Locale.ROOT, value < 9.95 ? "%.1f %sB" : "%.0f %sB", value, UNITS.charAt(unit));
    }
}

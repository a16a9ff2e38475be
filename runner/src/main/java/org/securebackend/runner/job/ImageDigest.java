package org.securebackend.runner.job;

import java.util.regex.Pattern;

/**
 * The content id of an image on this host, {@code sha256:...}: what really runs and is recorded.
 */
public record ImageDigest(String value) {
    private static final Pattern FORM = Pattern.compile("sha256:[0-9a-f]{64}");

    public ImageDigest {
        if (!isValid(value)) {
            throw new IllegalArgumentException("not an image digest: " + value);
        }
    }

    /** Whether {@code text} is {@code sha256:} and 64 lower-case hex digits. */
    public static boolean isValid(String text) {
        return FORM.matcher(text).matches();
    }

    @Override
    public String toString() {
        return value;
    }
}

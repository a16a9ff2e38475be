package org.securebackend.runner.job;

import java.util.regex.Pattern;

/**
 * The content id of an image on this host, {@code sha256:...}: what really runs and is recorded.
 */
public record ImageDigest(String value) {
    private static final Pattern FORM = Pattern.compile("sha256:[0-9a-f]{64}");

    public ImageDigest {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("not an image digest: " + value);
        }
    }

    @Override
    public String toString() {
        return value;
    }
}

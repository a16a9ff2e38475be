package org.securebackend.runner.pipeline;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How sensitive an output is, most restrictive first. */
public enum PrivacyLevel {
    HIGHLY_SENSITIVE,
    MODERATELY_SENSITIVE,
    MINIMALLY_SENSITIVE;

    private final String key = name().toLowerCase(Locale.ROOT);

    /** Its word in project.yaml, logs and manifests. */
    public String key() {
        return key;
    }

    /** The level of that word. */
    public static Optional<PrivacyLevel> ofKey(String key) {
        return Arrays.stream(values()).filter(level -> level.key.equals(key)).findFirst();
    }
}

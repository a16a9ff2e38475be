package org.securebackend.runner.config;

import java.util.Optional;

/**
 * A setting as it is in force.
 *
 * @param key {@code jobs.workers}
 * @param value as text, a secret's hidden; empty: not set, and nothing stands in
 */
public record EffectiveValue(String key, Optional<String> value, Origin origin) {}

package org.securebackend.runner.config;

import java.util.function.Function;

/** A value that is never shown: not in logs, messages or {@code config show}. */
public final class Secret {
    private final String value;

    /**
     * @throws IllegalArgumentException if nothing is there
     */
    public Secret(String value) {
        if (value.isBlank()) {
            throw new IllegalArgumentException("a secret cannot be blank");
        }
        this.value = value;
    }

    /** Gives the value to what needs it. */
    public <T> T reveal(Function<String, T> use) {
        return use.apply(value);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret secret && secret.value.equals(value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return "(hidden)";
    }
}

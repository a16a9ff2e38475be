package org.securebackend.runner.config;

/**
 * Something wrong with the configuration, for an operator.
 *
 * @param origin the line or the variable that is wrong; the default if something is missing
 * @param key of the setting, {@code jobs.workers}; empty if it concerns the whole file
 * @param message what is wrong and what would be right; never a secret's value
 */
public record ConfigProblem(Origin origin, String key, String message) {

    @Override
    public String toString() {
        return switch (origin) {
            case Origin.Default _ -> subject() + message;
            case Origin.File file -> file + ": " + subject() + message;
            case Origin.Variable(var name) -> "%s (%s): %s".formatted(name, key, message);
        };
    }

    private String subject() {
        return key.isEmpty() ? "" : key + ": ";
    }
}

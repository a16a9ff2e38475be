package org.securebackend.runner.job;

import java.util.regex.Pattern;

/** The name of a workspace: one folder of outputs in each storage. Safe as a file name. */
public record WorkspaceName(String value) {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{1,200}");

    public WorkspaceName {
        if (!isValid(value)) {
            throw new IllegalArgumentException("not a workspace name");
        }
    }

    /**
     * Whether {@code text} may name a workspace: 1 to 200 letters, digits, {@code -} or {@code _}.
     */
    public static boolean isValid(String text) {
        return FORM.matcher(text).matches();
    }

    @Override
    public String toString() {
        return value;
    }
}

package org.securebackend.runner.job;

import java.util.regex.Pattern;

/** A whole git commit id: 40 lower-case hex digits, never a branch, a tag or an abbreviation. */
public record CommitId(String value) {
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{40}");

    public CommitId {
        if (!isValid(value)) {
            throw new IllegalArgumentException("not a whole commit id");
        }
    }

    /** Whether {@code text} is 40 lower-case hex digits. */
    public static boolean isValid(String text) {
        return FORM.matcher(text).matches();
    }

    @Override
    public String toString() {
        return value;
    }
}

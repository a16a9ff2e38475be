package org.securebackend.runner.job;

import java.util.regex.Pattern;

/** Identifies one job request; made by the job server, or by {@code add-job}. */
public record RequestId(String value) implements Comparable<RequestId> {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    public RequestId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "a request id has 1 to 64 letters, digits, - or _; this one does not");
        }
    }

    @Override
    public int compareTo(RequestId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}

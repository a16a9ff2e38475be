package org.securebackend.runner.server;

import java.util.regex.Pattern;

/** The secret by which the job server knows this backend. Never printed. */
public record ServerToken(String value) {
    private static final Pattern FORM = Pattern.compile("[!-~]{1,1000}");

    public ServerToken {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "a token has 1 to 1000 visible ASCII characters and no blanks; this one does not");
        }
    }

    @Override
    public String toString() {
        return "ServerToken[hidden]";
    }
}

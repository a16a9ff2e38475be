package org.securebackend.runner.job;

import java.util.Locale;

/** What one check for level 4 said of a file. */
public record CheckResult(Check check, Verdict verdict) {

    /** What is looked at, in this order. */
    public enum Check {
        SIZE,
        FILE_TYPE,
        /** Whether the content is what the file's name says, whole, and can be checked. */
        CONTENT,
        IDENTIFIER_COLUMN,
        ROWS,
        COLUMNS,
        LINES,
        FIELD_LENGTH,
        /** Other files inside this one. */
        EMBEDDED_DATA,
        /** Secrets of the backend. */
        CREDENTIALS;

        private final String key = name().toLowerCase(Locale.ROOT);

        /** Its word in manifests. */
        public String key() {
            return key;
        }
    }

    /** How it ended. */
    public enum Verdict {
        PASSED,
        FAILED,
        /** It means nothing for this type, or another check had kept the file out before. */
        NOT_MADE;

        private final String key = name().toLowerCase(Locale.ROOT);

        /** Its word in manifests. */
        public String key() {
            return key;
        }
    }
}

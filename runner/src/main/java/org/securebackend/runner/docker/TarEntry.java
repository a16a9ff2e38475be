package org.securebackend.runner.docker;

import java.time.Instant;

/**
 * What an archive says of one of its entries.
 *
 * @param type one of the constants here, or another
 * @param bytes how many follow; 0 for all but files
 * @param target of a link; of a hard link, the name of an earlier entry
 */
record TarEntry(Name name, char type, long bytes, Instant modifiedAt, Name target) {
    static final char FILE = '0';
    static final char OLD_FILE = '\0';
    static final char HARD_LINK = '1';
    static final char SYMBOLIC_LINK = '2';
    static final char DIRECTORY = '5';

    /** A name as text. */
    record Name(String text, Spelling spelling) {}

    /** Whether a name survived being text; two names that did not could look like one. */
    enum Spelling {
        EXACT,
        GARBLED
    }
}

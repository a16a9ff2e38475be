package org.securebackend.runner.executor;

/** How a helper program ended. */
public sealed interface HelperEnd {
    /**
     * By itself.
     *
     * @param lastLine of its standard output, blank lines left out; empty if it said nothing. May
     *     hold anything
     */
    record Ended(int exitCode, String lastLine) implements HelperEnd {}

    /** It was still running at its limit, and was killed. */
    record TookTooLong() implements HelperEnd {}

    /** Its image is not on this host. */
    record ImageMissing() implements HelperEnd {}
}

package org.securebackend.runner.job;

/** What there is to say about a job that ended well. */
public sealed interface Success {

    /**
     * It ran and every pattern matched.
     *
     * @param notReleased how many moderately sensitive files did not pass the checks for level 4
     */
    record Ran(int notReleased) implements Success {}

    /** Nothing to do: everything that was asked for had already run. */
    record AlreadyRan() implements Success {}

    /** Nothing to do: everything that was asked for is already waiting or running. */
    record AlreadyScheduled() implements Success {}

    /** As another runner recorded it, whose history was taken over: what its user read. */
    record Recorded(String message) implements Success {}
}

package org.securebackend.runner.job;

/** How a job will end once its files are in place. */
public sealed interface Verdict {

    /** Well; {@code notReleased} moderately sensitive files did not pass the checks for level 4. */
    record Success(int notReleased) implements Verdict {}

    /** Otherwise: its files are kept aside, and nothing is released. */
    record Failure(FailureReason reason) implements Verdict {}
}

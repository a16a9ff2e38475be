package org.securebackend.runner.outputs;

import org.securebackend.runner.job.OutputFile;

/** The file that researchers find at level 4 in the place of one that was kept out. */
final class ExclusionMessage {
    /** Every message begins with it. */
    static final String FIRST_LINE = "[This is a notice from the backend, not an output]";

    private static final String TEXT =
            FIRST_LINE
                    + """


                    The file %s was not made available at level 4, because it did not pass the
                    automatic checks for files marked as moderately_sensitive:

                        %s

                    Its size is %d bytes. It is still in the workspace's high privacy storage, and
                    other actions can use it.

                    What you can do:
                    - Check that the file holds aggregate results only, with no row for a single
                      person.
                    - If it holds data about single persons, mark it as highly_sensitive in
                      project.yaml, or leave the identifying column out.
                    - If its type is not allowed, write it as one of the types listed at
                      https://docs.opensafely.org/requesting-file-release/#allowed-file-types
                    - If you believe that it should be available, contact support.
                    """;

    private ExclusionMessage() {}

    /** The text about a file that has a reason to be kept out. */
    static String about(OutputFile file) {
        return TEXT.formatted(file.path(), file.notReleased().orElseThrow(), file.bytes());
    }
}

package org.securebackend.runner.pipeline;

/**
 * Something wrong with a file, for its author to read.
 *
 * @param line from 1; 0 if it concerns the whole file
 * @param column from 1, in characters; 0 if it concerns the whole file
 * @param path the keys that lead there, {@code actions.join.outputs}; empty for the whole file
 * @param message what is wrong and what would be right
 */
public record Problem(int line, int column, String path, String message) {

    /** The message with the keys that lead there in front. */
    public String text() {
        return path.isEmpty() ? message : path + ": " + message;
    }
}

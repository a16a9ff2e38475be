package org.securebackend.runner.devserver;

import java.util.Optional;

/** Finds the project.yaml of a study, for people to read. May block for seconds. */
@FunctionalInterface
public interface PipelineText {
    /** Shows none. */
    PipelineText NONE = (_, _) -> Optional.empty();

    /** The text of the file at {@code commit}, or empty if it cannot be had. */
    Optional<String> of(String repository, String commit);
}

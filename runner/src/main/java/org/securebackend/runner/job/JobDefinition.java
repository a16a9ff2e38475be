package org.securebackend.runner.job;

import java.time.Instant;
import java.util.Optional;
import org.securebackend.runner.pipeline.ActionName;

/**
 * The facts of a job that never change. A job without work only tells something (an error while
 * planning, nothing to do); it is never counted as a run of its action.
 */
public record JobDefinition(
        JobId id, RequestId request, ActionName action, Instant createdAt, Optional<Work> work) {

    /** The action name of a job that stands for a request that could not be planned. */
    public static final ActionName ERROR_ACTION = new ActionName("__error__");
}

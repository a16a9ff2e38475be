package org.securebackend.runner.source;

import org.jspecify.annotations.Nullable;

/** Code could not be had. The message is for the study's author. */
public abstract sealed class SourceException extends RuntimeException
        permits SourceRefusedException, SourceUnavailableException {
    private static final long serialVersionUID = 1L;

    private final String errorClass;

    SourceException(String errorClass, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.errorClass = errorClass;
    }

    /**
     * One of the error classes of project-yaml.md: {@code GithubValidationError}, {@code GitError},
     * ...
     */
    public String errorClass() {
        return errorClass;
    }
}

package org.securebackend.runner.source;

import org.securebackend.runner.source.GitTrafficException.Trouble;

/** What a study's author is told: our own words only, nothing that came from the other side. */
enum Wording {
    /** About a study's repository. */
    STUDY {
        @Override
        String errorClass(Trouble trouble) {
            return switch (trouble) {
                case NO_REPOSITORY, REDIRECTED -> "GitRepoNotReachableError";
                case NO_COMMIT -> "GitUnknownRefError";
                case TOO_LARGE, NOT_WELCOME, UNREACHABLE, INTERRUPTED, CACHE -> "GitError";
            };
        }

        @Override
        String hint() {
            return "";
        }
    },
    /** About a reusable action's repository. */
    ACTION {
        @Override
        String errorClass(Trouble trouble) {
            return "ReusableActionError";
        }

        @Override
        String hint() {
            return "; the actions that there are: https://actions.opensafely.org";
        }
    };

    abstract String errorClass(Trouble trouble);

    abstract String hint();

    /** The exception to leave the room with. */
    SourceException exception(GitTrafficException e, RepositoryUrl repository) {
        String message = message(e.trouble(), repository.name());
        String errorClass = errorClass(e.trouble());
        return switch (e.trouble()) {
            case NO_REPOSITORY, NO_COMMIT, REDIRECTED, TOO_LARGE ->
                    new SourceRefusedException(errorClass, message, e);
            case NOT_WELCOME, UNREACHABLE, INTERRUPTED, CACHE ->
                    new SourceUnavailableException(errorClass, message, e);
        };
    }

    private String message(Trouble trouble, String name) {
        return switch (trouble) {
            case NO_REPOSITORY ->
                    "Repository %s cannot be read: it does not exist, or it is private%s"
                            .formatted(name, hint());
            case NO_COMMIT -> "Repository %s does not have that commit".formatted(name);
            case REDIRECTED ->
                    "Repository %s has moved to another organisation or host%s"
                            .formatted(name, hint());
            case TOO_LARGE -> "Repository %s is too large".formatted(name);
            case NOT_WELCOME ->
                    "Repository %s cannot be read now: access was denied".formatted(name);
            case UNREACHABLE -> "Repository %s cannot be reached at the moment".formatted(name);
            case INTERRUPTED -> "Reading repository %s was interrupted".formatted(name);
            case CACHE ->
                    "The backend's copy of repository %s cannot be used at the moment"
                            .formatted(name);
        };
    }
}

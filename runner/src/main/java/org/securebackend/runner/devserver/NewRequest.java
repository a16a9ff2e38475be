package org.securebackend.runner.devserver;

import java.util.List;
import java.util.Optional;

/**
 * What somebody asks a backend to run. Little is checked: a development server must be able to ask
 * for what a runner has to refuse.
 *
 * @param identifier the request's id, if its author wants to choose it
 * @param backend slug of the backend
 */
public record NewRequest(
        Optional<String> identifier,
        String backend,
        Study study,
        String databaseName,
        List<String> requestedActions,
        List<String> cancelledActions,
        boolean forceRunDependencies,
        boolean codelistsOk,
        Author author) {

    public NewRequest {
        requestedActions = List.copyOf(requestedActions);
        cancelledActions = List.copyOf(cancelledActions);
    }

    /** A request for actions of a study, with everything else as usual. */
    public static NewRequest of(String backend, Study study, String... actions) {
        return new NewRequest(
                Optional.empty(),
                backend,
                study,
                "default",
                List.of(actions),
                List.of(),
                false,
                true,
                new Author("developer", study.workspace(), List.of()));
    }

    /** This request under an id of one's own. */
    public NewRequest named(String id) {
        return new NewRequest(
                Optional.of(id),
                backend,
                study,
                databaseName,
                requestedActions,
                cancelledActions,
                forceRunDependencies,
                codelistsOk,
                author);
    }

    /** This request, with dependencies to be run again even where they succeeded. */
    public NewRequest forcingDependencies() {
        return new NewRequest(
                identifier,
                backend,
                study,
                databaseName,
                requestedActions,
                cancelledActions,
                true,
                codelistsOk,
                author);
    }

    /** The code that is meant, and the workspace that it runs in. */
    public record Study(String repository, String branch, String commit, String workspace) {}

    /** Who asks. */
    public record Author(String name, String project, List<String> organisations) {
        public Author {
            organisations = List.copyOf(organisations);
        }
    }
}

package org.securebackend.runner.job;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What somebody asked for, as received: nothing in it has been checked but its id. The checks that
 * turn it into {@link Work} are made when it is planned.
 *
 * @param repositoryUrl the study's repository, as its author knows it; may be empty
 * @param commit meant to be 40 hex digits
 * @param databaseName the database's name, {@code default} or {@code include_t1oo}; may be empty
 * @param requestedActions action names, may hold {@code run_all}
 * @param cancelledActions actions whose jobs the user has cancelled
 * @param codelistsOk whether the server found the study's codelists up to date
 * @param original the request as received, JSON
 */
public record JobRequest(
        RequestId id,
        Origin origin,
        String workspace,
        String repositoryUrl,
        String branch,
        String commit,
        String databaseName,
        List<String> requestedActions,
        List<String> cancelledActions,
        boolean forceRunDependencies,
        boolean codelistsOk,
        Optional<Requester> requester,
        Instant receivedAt,
        String original) {

    public JobRequest {
        requestedActions = List.copyOf(requestedActions);
        cancelledActions = List.copyOf(cancelledActions);
    }

    /** One of which no more than its id can be made out. */
    public static JobRequest unreadable(RequestId id, Instant receivedAt, String original) {
        return new JobRequest(
                id,
                Origin.SERVER,
                "",
                "",
                "",
                "",
                "",
                List.of(),
                List.of(),
                false,
                true,
                Optional.empty(),
                receivedAt,
                original);
    }

    /** The same at another commit. */
    public JobRequest at(String otherCommit) {
        return new JobRequest(
                id,
                origin,
                workspace,
                repositoryUrl,
                branch,
                otherCommit,
                databaseName,
                requestedActions,
                cancelledActions,
                forceRunDependencies,
                codelistsOk,
                requester,
                receivedAt,
                original);
    }

    /** Where a request came from; only the server's are reported. */
    public enum Origin {
        SERVER,
        LOCAL
    }

    /** Who asked, for audit; empty texts where the server did not say. */
    public record Requester(String user, String project, List<String> organisations) {
        public Requester {
            organisations = List.copyOf(organisations);
        }
    }
}

package org.securebackend.runner.sync;

import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import org.securebackend.runner.job.JobRequest;
import org.securebackend.runner.job.WorkspaceName;
import org.securebackend.runner.pipeline.DataKind;

/**
 * What must hold for a request before anything is fetched (project-yaml.md, section 8).
 *
 * @param databases names of the configured databases; without real data any name will do
 */
public record RequestChecks(DataKind data, Collection<String> databases) {

    public RequestChecks {
        databases = List.copyOf(new TreeSet<>(databases));
    }

    void check(JobRequest request) {
        if (request.requestedActions().isEmpty()) {
            throw refused("At least one action must be requested");
        }
        if (!WorkspaceName.isValid(request.workspace())) {
            throw refused(
                    "The workspace name is not valid: it may have letters, digits, - and _ only");
        }
        if (data == DataKind.REAL && !databases.contains(request.databaseName())) {
            throw refused(
                    "This backend has no database of that name; it has: "
                            + String.join(", ", databases));
        }
    }

    private static RefusedRequestException refused(String text) {
        return new RefusedRequestException("JobRequestError", text);
    }
}

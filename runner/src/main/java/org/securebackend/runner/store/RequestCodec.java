package org.securebackend.runner.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import org.securebackend.runner.job.JobRequest;
import org.securebackend.runner.job.RequestId;

/** What a {@link JobRequest} says, but for what has a column of its own, as JSON and back. */
final class RequestCodec {
    private static final String REQUESTER = "requester";

    private RequestCodec() {}

    static String write(JobRequest request) {
        ObjectNode node =
                Json.object()
                        .put("workspace", request.workspace())
                        .put("repository", request.repositoryUrl())
                        .put("branch", request.branch())
                        .put("commit", request.commit())
                        .put("database", request.databaseName())
                        .put("force_run_dependencies", request.forceRunDependencies())
                        .put("codelists_ok", request.codelistsOk());
        node.set("requested_actions", Json.texts(request.requestedActions()));
        node.set("cancelled_actions", Json.texts(request.cancelledActions()));
        request.requester().ifPresent(requester -> node.set(REQUESTER, encode(requester)));
        return Json.write(node);
    }

    /** The request whose other columns are {@code columns}. */
    static JobRequest read(Columns columns, String content) {
        JsonNode node = Json.read(content);
        return new JobRequest(
                columns.id(),
                columns.origin(),
                Json.text(node, "workspace"),
                Json.text(node, "repository"),
                Json.text(node, "branch"),
                Json.text(node, "commit"),
                Json.text(node, "database"),
                Json.textsOf(node, "requested_actions"),
                Json.textsOf(node, "cancelled_actions"),
                Json.truth(node, "force_run_dependencies"),
                Json.truth(node, "codelists_ok"),
                Json.maybe(node, REQUESTER).map(RequestCodec::requester),
                columns.receivedAt(),
                columns.original());
    }

    /** What has a column of its own. */
    record Columns(RequestId id, JobRequest.Origin origin, Instant receivedAt, String original) {}

    private static ObjectNode encode(JobRequest.Requester requester) {
        ObjectNode node =
                Json.object().put("user", requester.user()).put("project", requester.project());
        node.set("organisations", Json.texts(requester.organisations()));
        return node;
    }

    private static JobRequest.Requester requester(JsonNode node) {
        return new JobRequest.Requester(
                Json.text(node, "user"),
                Json.text(node, "project"),
                Json.textsOf(node, "organisations"));
    }
}

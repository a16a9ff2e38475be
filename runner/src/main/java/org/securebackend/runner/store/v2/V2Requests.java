package org.securebackend.runner.store.v2;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.securebackend.runner.job.JobRequest;
import org.securebackend.runner.job.JobRequest.Requester;
import org.securebackend.runner.job.RequestId;

/**
 * Requests as version 2 kept them: the JSON as it was received. What that does not say, its jobs
 * do.
 */
final class V2Requests {
    private static final ObjectMapper JSON = new ObjectMapper();

    private V2Requests() {}

    static JobRequest read(RequestId id, Optional<String> original, List<V2Row> jobs) {
        JsonNode node = original.map(V2Requests::json).orElseGet(MissingNode::getInstance);
        JsonNode workspace = node.path("workspace");
        V2Row first = jobs.getFirst();
        List<String> requested = texts(node.path("requested_actions"));
        return new JobRequest(
                id,
                // Only the server's own have all of these; add_job and local runs make shorter
                // ones.
                node.has("identifier") && node.has("sha")
                        ? JobRequest.Origin.SERVER
                        : JobRequest.Origin.LOCAL,
                text(workspace.path("name"), first.text("workspace")),
                text(workspace.path("repo"), first.text("repo_url")),
                text(workspace.path("branch"), Optional.empty()),
                text(node.path("sha"), first.text("commit")),
                text(node.path("database_name"), first.text("database_name")),
                requested.isEmpty()
                        ? jobs.stream().flatMap(job -> job.text("action").stream()).toList()
                        : requested,
                texts(node.path("cancelled_actions")),
                node.path("force_run_dependencies").asBoolean(false),
                node.path("codelists_ok").asBoolean(true),
                requester(node),
                first.createdAt(),
                original.orElse("{}"));
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }

    private static String text(JsonNode node, Optional<String> otherwise) {
        return node.isTextual() ? node.textValue() : otherwise.orElse("");
    }

    private static List<String> texts(JsonNode list) {
        var texts = new ArrayList<String>();
        list.forEach(text -> texts.add(text.asText("")));
        return texts;
    }

    private static Optional<Requester> requester(JsonNode node) {
        String user = node.path("created_by").asText("");
        String project = node.path("project").asText("");
        List<String> organisations = texts(node.path("orgs"));
        return user.isEmpty() && project.isEmpty() && organisations.isEmpty()
                ? Optional.empty()
                : Optional.of(new Requester(user, project, organisations));
    }
}

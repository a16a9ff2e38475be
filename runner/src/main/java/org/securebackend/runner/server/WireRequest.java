package org.securebackend.runner.server;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.securebackend.runner.job.JobRequest;
import org.securebackend.runner.job.JobRequest.Origin;
import org.securebackend.runner.job.JobRequest.Requester;
import org.securebackend.runner.job.RequestId;
import org.securebackend.runner.server.JobServer.Malformed;

/**
 * Reads one element of a poll's {@code results} (protocol, section 3). All problems of an element
 * are told together; a field that is not listed there is kept in the original and otherwise
 * ignored.
 */
final class WireRequest {
    private final JsonNode element;
    private final List<String> problems = new ArrayList<>();

    private WireRequest(JsonNode element) {
        this.element = element;
    }

    /** What an element turned out to be. */
    sealed interface Reading {
        /** Its id, if that much could be made out. */
        Optional<RequestId> id();

        record Good(JobRequest request) implements Reading {
            @Override
            public Optional<RequestId> id() {
                return Optional.of(request.id());
            }
        }

        record Bad(Malformed malformed) implements Reading {
            @Override
            public Optional<RequestId> id() {
                return malformed.id();
            }
        }
    }

    static Reading read(JsonNode element, Instant receivedAt) {
        return new WireRequest(element).read(receivedAt);
    }

    private Reading read(Instant receivedAt) {
        String original = WireJson.write(element);
        if (!element.isObject()) {
            return new Reading.Bad(
                    new Malformed(Optional.empty(), "the request is not an object", original));
        }
        Optional<RequestId> id = identifier();
        JsonNode workspace = workspace();
        String name = text(workspace, "workspace.", "name");
        String repository = textOrNull(workspace, "workspace.", "repo");
        String branch = text(workspace, "workspace.", "branch");
        String commit = text(element, "", "sha");
        String database = databaseName(workspace);
        List<String> requested = texts("requested_actions");
        List<String> cancelled = texts("cancelled_actions");
        boolean force = flag("force_run_dependencies");
        boolean codelistsOk = flag("codelists_ok");
        if (id.isEmpty() || !problems.isEmpty()) {
            return new Reading.Bad(new Malformed(id, String.join("; ", problems), original));
        }
        return new Reading.Good(
                new JobRequest(
                        id.get(),
                        Origin.SERVER,
                        name,
                        repository,
                        branch,
                        commit,
                        database,
                        requested,
                        cancelled,
                        force,
                        codelistsOk,
                        requester(),
                        receivedAt,
                        original));
    }

    private Optional<RequestId> identifier() {
        JsonNode node = element.path("identifier");
        if (node.isTextual() || node.isNumber() || node.isBoolean()) {
            try {
                return Optional.of(new RequestId(node.asText()));
            } catch (IllegalArgumentException e) {
                problems.add("identifier is not 1 to 64 letters, digits, - or _");
                return Optional.empty();
            }
        }
        complain("identifier", node, "a string");
        return Optional.empty();
    }

    private JsonNode workspace() {
        JsonNode workspace = element.path("workspace");
        if (!workspace.isObject()) {
            complain("workspace", workspace, "an object");
        }
        return workspace;
    }

    private String text(JsonNode parent, String prefix, String key) {
        JsonNode node = parent.path(key);
        if (!node.isTextual() && parent.isObject()) {
            complain(prefix + key, node, "a string");
        }
        return node.asText("");
    }

    private String textOrNull(JsonNode parent, String prefix, String key) {
        return parent.path(key).isNull() ? "" : text(parent, prefix, key);
    }

    /** {@code database_name} wins where it is present, even as null; older servers put it away. */
    private String databaseName(JsonNode workspace) {
        if (!element.has("database_name") && workspace.has("db")) {
            return textOrNull(workspace, "workspace.", "db");
        }
        return textOrNull(element, "", "database_name");
    }

    private List<String> texts(String key) {
        JsonNode array = element.path(key);
        if (!array.isArray()) {
            complain(key, array, "an array of strings");
            return List.of();
        }
        var texts = new ArrayList<String>(array.size());
        for (JsonNode node : array) {
            if (!node.isTextual()) {
                complain(key, node, "an array of strings");
                return List.of();
            }
            texts.add(node.asText());
        }
        return texts;
    }

    private boolean flag(String key) {
        JsonNode node = element.path(key);
        if (!node.isBoolean()) {
            complain(key, node, "true or false");
        }
        return node.asBoolean();
    }

    private Optional<Requester> requester() {
        String user = element.path("created_by").asText("");
        String project = element.path("project").asText("");
        var organisations = new ArrayList<String>();
        element.path("orgs").forEach(node -> organisations.add(node.asText("")));
        return user.isEmpty() && project.isEmpty() && organisations.isEmpty()
                ? Optional.empty()
                : Optional.of(new Requester(user, project, organisations));
    }

    private void complain(String key, JsonNode node, String expected) {
        problems.add(node.isMissingNode() ? key + " is missing" : key + " is not " + expected);
    }
}

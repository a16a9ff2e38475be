package org.securebackend.runner.devserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.securebackend.runner.devserver.NewRequest.Author;
import org.securebackend.runner.devserver.NewRequest.Study;

/**
 * Reads a wish for actions, as the page and scripts send it; all its problems are told together.
 */
final class NewRequestReader {
    private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final int LONGEST_TEXT = 2000;
    private static final Set<String> KNOWN =
            Set.of(
                    "identifier",
                    "backend",
                    "repo",
                    "branch",
                    "commit",
                    "workspace",
                    "database_name",
                    "requested_actions",
                    "cancelled_actions",
                    "force_run_dependencies",
                    "codelists_ok",
                    "created_by",
                    "project",
                    "orgs");

    private final JsonNode node;
    private final ObjectNode errors = Json.object();

    private NewRequestReader(JsonNode node) {
        this.node = node;
    }

    /**
     * A wish.
     *
     * @throws BadInputException with an object from field to problem
     */
    static NewRequest read(JsonNode node) throws BadInputException {
        if (!node.isObject()) {
            throw new BadInputException("a request is an object");
        }
        return new NewRequestReader(node).read();
    }

    private NewRequest read() throws BadInputException {
        node.fieldNames().forEachRemaining(this::mustBeKnown);
        Optional<String> identifier = identifier();
        String workspace = required("workspace");
        var study = new Study(required("repo"), required("branch"), required("commit"), workspace);
        String backend = required("backend");
        List<String> requested = texts("requested_actions");
        if (requested.isEmpty() && !errors.has("requested_actions")) {
            errors.put("requested_actions", "name at least one action, or run_all");
        }
        var wish =
                new NewRequest(
                        identifier,
                        backend,
                        study,
                        text("database_name", "default"),
                        requested,
                        texts("cancelled_actions"),
                        flag("force_run_dependencies").orElse(false),
                        flag("codelists_ok").orElse(true),
                        new Author(
                                text("created_by", "developer"),
                                text("project", workspace),
                                texts("orgs")));
        if (!errors.isEmpty()) {
            throw new BadInputException(Json.object().set("errors", errors));
        }
        return wish;
    }

    private void mustBeKnown(String key) {
        if (!KNOWN.contains(key)) {
            errors.put(key, "is not a field of a request");
        }
    }

    private Optional<String> identifier() {
        String text = text("identifier", "");
        if (!text.isEmpty() && !IDENTIFIER.matcher(text).matches()) {
            errors.put("identifier", "has 1 to 64 letters, digits, - or _");
        }
        return Optional.of(text).filter(id -> !id.isEmpty());
    }

    private String required(String key) {
        String text = text(key, "");
        if (text.isEmpty() && !errors.has(key)) {
            errors.put(key, "must be filled in");
        }
        return text;
    }

    private String text(String key, String usual) {
        JsonNode value = node.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return usual;
        }
        if (!value.isTextual() || value.asText().length() > LONGEST_TEXT) {
            errors.put(key, "must be text of at most " + LONGEST_TEXT + " characters");
            return "";
        }
        String text = value.asText().strip();
        return text.isEmpty() ? usual : text;
    }

    private List<String> texts(String key) {
        JsonNode value = node.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return List.of();
        }
        var texts = new ArrayList<String>();
        value.forEach(item -> texts.add(item.isTextual() ? item.asText().strip() : ""));
        if (!value.isArray() || texts.stream().anyMatch(String::isEmpty)) {
            errors.put(key, "must be an array of texts");
        }
        return texts;
    }

    private Optional<Boolean> flag(String key) {
        JsonNode value = node.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isBoolean()) {
            errors.put(key, "must be true or false");
        }
        return Optional.of(value.asBoolean());
    }

    /** The same in JSON. */
    static ObjectNode json(NewRequest wish) {
        ObjectNode json = Json.object();
        wish.identifier().ifPresent(id -> json.put("identifier", id));
        json.put("backend", wish.backend());
        json.put("repo", wish.study().repository());
        json.put("branch", wish.study().branch());
        json.put("commit", wish.study().commit());
        json.put("workspace", wish.study().workspace());
        json.put("database_name", wish.databaseName());
        json.set("requested_actions", Json.array(wish.requestedActions()));
        json.set("cancelled_actions", Json.array(wish.cancelledActions()));
        json.put("force_run_dependencies", wish.forceRunDependencies());
        json.put("codelists_ok", wish.codelistsOk());
        json.put("created_by", wish.author().name());
        json.put("project", wish.author().project());
        json.set("orgs", Json.array(wish.author().organisations()));
        return json;
    }
}

package org.securebackend.runner.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.securebackend.runner.config.ConfigProblem;
import org.securebackend.runner.config.EffectiveValue;
import org.securebackend.runner.config.Origin;

/** What {@code config check} and {@code config show} say, as JSON. */
final class ConfigJson {
    private ConfigJson() {}

    /** {@code {"valid", "problems": [{"key", "file", "line", "variable", "message"}]}}. */
    static String problems(List<ConfigProblem> problems) {
        ObjectNode root = JsonNodeFactory.instance.objectNode().put("valid", problems.isEmpty());
        ArrayNode list = root.putArray("problems");
        for (ConfigProblem problem : problems) {
            ObjectNode node = list.addObject().put("key", problem.key());
            place(node, problem.origin()).put("message", problem.message());
        }
        return root.toString();
    }

    /** {@code {"KEY": {"value", "origin", "file", "line", "variable"}}}. */
    static String values(List<EffectiveValue> values) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        for (EffectiveValue value : values) {
            ObjectNode node = root.putObject(value.key()).put("value", value.value().orElse(null));
            node.put("origin", value.origin().toString());
            place(node, value.origin());
        }
        return root.toPrettyString();
    }

    private static ObjectNode place(ObjectNode node, Origin origin) {
        return switch (origin) {
            case Origin.Default _ -> node;
            case Origin.File(var path, var line) ->
                    node.put("file", path.toString()).put("line", line);
            case Origin.Variable(var name) -> node.put("variable", name);
        };
    }
}

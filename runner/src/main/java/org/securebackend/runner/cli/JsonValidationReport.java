package org.securebackend.runner.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.securebackend.runner.pipeline.Action;
import org.securebackend.runner.pipeline.OutputSpec;
import org.securebackend.runner.pipeline.Pipeline;
import org.securebackend.runner.pipeline.PipelineReading;
import org.securebackend.runner.pipeline.PrivacyLevel;
import org.securebackend.runner.pipeline.Problem;

/**
 * For programs: one object a file, a line each. A file that is not valid has a null version and no
 * actions.
 */
final class JsonValidationReport implements ValidationReport {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final PrintWriter out;

    JsonValidationReport(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void unreadable(Path file) {
        out.println(invalid(file, List.of(new Problem(0, 0, "", UNREADABLE))));
    }

    @Override
    public void checked(Path file, byte[] content, PipelineReading reading) {
        out.println(
                switch (reading) {
                    case PipelineReading.Valid(Pipeline pipeline, _) -> valid(file, pipeline);
                    case PipelineReading.Invalid(List<Problem> problems, _) ->
                            invalid(file, problems);
                });
    }

    private static ObjectNode invalid(Path file, List<Problem> problems) {
        ObjectNode object = JSON.objectNode().put("file", file.toString()).put("valid", false);
        ArrayNode list = object.putArray("problems");
        for (Problem problem : problems) {
            list.addObject()
                    .put("line", problem.line())
                    .put("column", problem.column())
                    .put("message", problem.text());
        }
        object.putNull("version");
        object.putArray("actions");
        return object;
    }

    private static ObjectNode valid(Path file, Pipeline pipeline) {
        ObjectNode object = JSON.objectNode().put("file", file.toString()).put("valid", true);
        object.putArray("problems");
        object.put("version", pipeline.version());
        ArrayNode actions = object.putArray("actions");
        pipeline.actions().values().forEach(action -> write(action, actions.addObject()));
        return object;
    }

    private static void write(Action action, ObjectNode object) {
        object.put("id", action.name().value());
        object.put("image", action.run().image());
        object.put("version", action.run().version());
        ArrayNode arguments = object.putArray("args");
        action.run().arguments().forEach(arguments::add);
        ArrayNode needs = object.putArray("needs");
        action.needs().forEach(need -> needs.add(need.value()));
        ObjectNode levels = object.putObject("outputs");
        Arrays.stream(PrivacyLevel.values())
                .filter(action.outputs().levels()::contains)
                .forEach(level -> levels.putObject(level.key()));
        for (OutputSpec.Output output : action.outputs().outputs()) {
            levels.withObjectProperty(output.level().key())
                    .put(output.label(), output.pattern().text());
        }
        object.put("database_action", action.databaseAction());
    }
}

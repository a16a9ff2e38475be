package org.securebackend.runner.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.securebackend.runner.job.CodeLocation;
import org.securebackend.runner.job.CommitId;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.Work;
import org.securebackend.runner.job.WorkspaceName;
import org.securebackend.runner.pipeline.ActionName;
import org.securebackend.runner.pipeline.OutputPattern;
import org.securebackend.runner.pipeline.OutputSpec;
import org.securebackend.runner.pipeline.PrivacyLevel;
import org.securebackend.runner.pipeline.RunCommand;

/** {@link Work} as JSON, and back. */
final class WorkCodec {
    private static final String REUSABLE = "reusable_action";

    private WorkCodec() {}

    static String write(Work work) {
        ObjectNode node = Json.object().put("workspace", work.workspace().value());
        node.set("study", encode(work.study()));
        work.reusableAction().ifPresent(code -> node.set(REUSABLE, encode(code)));
        node.set("command", encode(work.command()));
        node.set("outputs", Json.list(work.outputs().outputs(), WorkCodec::encode));
        node.set("needs", Json.list(work.needs(), WorkCodec::encode));
        node.put("requires_database", work.requiresDatabase());
        node.put("database_name", work.databaseName());
        return Json.write(node);
    }

    static Work read(String text) {
        JsonNode node = Json.read(text);
        return new Work(
                new WorkspaceName(Json.text(node, "workspace")),
                code(Json.field(node, "study")),
                Json.maybe(node, REUSABLE).map(WorkCodec::code),
                command(Json.field(node, "command")),
                new OutputSpec(Json.listOf(node, "outputs", WorkCodec::output)),
                Json.listOf(node, "needs", WorkCodec::need),
                Json.truth(node, "requires_database"),
                Json.text(node, "database_name"));
    }

    private static ObjectNode encode(CodeLocation code) {
        return Json.object()
                .put("repository", code.repositoryUrl())
                .put("commit", code.commit().value());
    }

    private static CodeLocation code(JsonNode node) {
        return new CodeLocation(
                Json.text(node, "repository"), new CommitId(Json.text(node, "commit")));
    }

    private static ObjectNode encode(RunCommand command) {
        ObjectNode node =
                Json.object().put("image", command.image()).put("version", command.version());
        node.set("arguments", Json.texts(command.arguments()));
        return node;
    }

    private static RunCommand command(JsonNode node) {
        return new RunCommand(
                Json.text(node, "image"),
                Json.text(node, "version"),
                Json.textsOf(node, "arguments"));
    }

    private static ObjectNode encode(OutputSpec.Output output) {
        return Json.object()
                .put("level", output.level().name())
                .put("label", output.label())
                .put("pattern", output.pattern().text());
    }

    private static OutputSpec.Output output(JsonNode node) {
        return new OutputSpec.Output(
                Json.choice(node, "level", PrivacyLevel.class),
                Json.text(node, "label"),
                new OutputPattern(Json.text(node, "pattern")));
    }

    private static ObjectNode encode(Work.Need need) {
        return Json.object()
                .put("action", need.action().value())
                .put("producer", need.producer().value());
    }

    private static Work.Need need(JsonNode node) {
        return new Work.Need(
                new ActionName(Json.text(node, "action")), new JobId(Json.text(node, "producer")));
    }
}

package org.securebackend.runner.store.v2;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.securebackend.runner.job.CodeLocation;
import org.securebackend.runner.job.CommitId;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.Work;
import org.securebackend.runner.job.Work.Need;
import org.securebackend.runner.job.WorkspaceName;
import org.securebackend.runner.pipeline.ActionName;
import org.securebackend.runner.pipeline.DatabaseActions;
import org.securebackend.runner.pipeline.OutputPattern;
import org.securebackend.runner.pipeline.OutputSpec;
import org.securebackend.runner.pipeline.PrivacyLevel;
import org.securebackend.runner.pipeline.RunCommand;

/**
 * What version 2's jobs had to do. Throws {@link V2Row.UnfitRowException} or {@link
 * IllegalArgumentException} for what cannot be said in our terms.
 */
final class V2Works {
    private final V2Database database;

    /** The newest job of each action that succeeded, among those seen so far. */
    private final Map<Place, JobId> producers = new HashMap<>();

    private record Place(String workspace, String action) {}

    V2Works(V2Database database) {
        this.database = database;
    }

    /** Notes a job whose files, if it succeeded, are what later jobs of its workspace work on. */
    void seen(V2Row row) {
        String id = row.text("id").orElse("");
        boolean ran = row.text("run_command").isPresent() && row.text("workspace").isPresent();
        if (ran && row.text("state").filter("succeeded"::equals).isPresent() && isJobId(id)) {
            producers.put(new Place(row.need("workspace"), row.need("action")), new JobId(id));
        }
    }

    private static boolean isJobId(String text) {
        try {
            return new JobId(text).value().equals(text);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    Work of(V2Row row) {
        RunCommand command =
                RunCommand.parse(row.need("run_command"))
                        .orElseThrow(() ->
                                new V2Row.UnfitRowException("has a run command without an image"));
        return new Work(
                new WorkspaceName(row.need("workspace")),
                new CodeLocation(row.need("repo_url"), new CommitId(row.need("commit"))),
                row.text("action_repo_url")
                        .map(url -> new CodeLocation(url, new CommitId(row.need("action_commit")))),
                command,
                outputs(row.object("output_spec")),
                needs(row),
                row.number("requires_db").isPresent()
                        ? row.isSet("requires_db")
                        : DatabaseActions.isOne(command),
                row.text("database_name").orElse("default"));
    }

    private static OutputSpec outputs(JsonNode spec) {
        var outputs = new ArrayList<OutputSpec.Output>();
        spec.properties()
                .forEach(level -> {
                    PrivacyLevel known =
                            PrivacyLevel.ofKey(level.getKey())
                                    .orElseThrow(() ->
                                            new V2Row.UnfitRowException(
                                                    "promises outputs of an unknown level"));
                    level.getValue()
                            .properties()
                            .forEach(pattern ->
                                    outputs.add(
                                            new OutputSpec.Output(
                                                    known,
                                                    pattern.getKey(),
                                                    new OutputPattern(
                                                            pattern.getValue().asText()))));
                });
        outputs.sort(Comparator.comparing(OutputSpec.Output::level));
        return new OutputSpec(outputs);
    }

    /** The jobs it was made to wait for, and for the other actions what was there already. */
    private List<Need> needs(V2Row row) {
        Map<String, String> awaited = new HashMap<>();
        for (String id : row.texts("wait_for_job_ids")) {
            database.actionOf(id).ifPresent(action -> awaited.put(action, id));
        }
        var needs = new ArrayList<Need>();
        for (String action : row.texts("requires_outputs_from")) {
            Optional.ofNullable(awaited.get(action))
                    .map(JobId::new)
                    .or(() ->
                            Optional.ofNullable(
                                    producers.get(new Place(row.need("workspace"), action))))
                    .map(producer -> new Need(new ActionName(action), producer))
                    .ifPresentOrElse(needs::add, () -> requireOver(row, action));
        }
        return needs;
    }

    /** Of a job that is over it does not matter any more; another could not get its inputs. */
    private static void requireOver(V2Row row, String action) {
        String state = row.text("state").orElse("");
        if (state.equals("pending") || state.equals("running")) {
            throw new V2Row.UnfitRowException(
                    "needs action %s, of which there is no job".formatted(action));
        }
    }
}

package org.securebackend.runner.pipeline;

import java.util.List;
import java.util.Optional;

/**
 * One action of a project.yaml.
 *
 * @param rawRun the {@code run} text as written
 * @param run the same, split into words
 * @param needs the needed actions, in file order, duplicates kept
 * @param config the {@code config} mapping as JSON in the form of the spec (section 7), if not
 *     empty
 * @param dummyDataFile used on backends without real data
 * @param databaseAction whether it asks for the database
 */
public record Action(
        ActionName name,
        String rawRun,
        RunCommand run,
        List<ActionName> needs,
        OutputSpec outputs,
        Optional<String> config,
        Optional<String> dummyDataFile,
        boolean databaseAction) {
    public Action {
        needs = List.copyOf(needs);
    }
}

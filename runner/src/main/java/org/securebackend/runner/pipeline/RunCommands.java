package org.securebackend.runner.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Makes the command that a job runs from what its action says (project-yaml spec, section 7). */
public final class RunCommands {

    private static final String COHORT_IMAGE = "cohortextractor";
    private static final String COHORT_COMMAND = "generate_cohort";

    private RunCommands() {}

    /** The command of an action of {@code pipeline}, reusable actions not yet resolved. */
    public static RunCommand resolve(Action action, Pipeline pipeline, DataKind data) {
        var extras = new ArrayList<String>();
        action.config().ifPresent(config -> extras.addAll(List.of("--config", config)));
        if (extractsCohort(action.run())) {
            if (data == DataKind.DUMMY) {
                extras.add(dummyData(action, pipeline));
            }
            sharedDirectory(action.outputs())
                    .ifPresent(directory -> extras.add("--output-dir=" + directory));
        }
        return action.run().with(extras);
    }

    private static boolean extractsCohort(RunCommand run) {
        return run.image().equals(COHORT_IMAGE)
                && run.arguments().stream().findFirst().filter(COHORT_COMMAND::equals).isPresent();
    }

    private static String dummyData(Action action, Pipeline pipeline) {
        return action.dummyDataFile()
                .map(file -> "--dummy-data-file=" + file.replace('\\', '/'))
                .orElseGet(() -> "--expectations-population=" + pipeline.populationSize());
    }

    private static Optional<String> sharedDirectory(OutputSpec outputs) {
        Set<String> directories =
                outputs.patterns().stream()
                        .map(OutputPattern::directory)
                        .collect(Collectors.toSet());
        return directories.size() == 1 ? directories.stream().findFirst() : Optional.empty();
    }
}

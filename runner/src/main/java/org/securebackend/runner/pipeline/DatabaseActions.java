package org.securebackend.runner.pipeline;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which commands ask for the database (project-yaml spec, section 6). */
public final class DatabaseActions {
    private static final Map<String, Set<String>> COMMANDS =
            Map.of(
                    "ehrql", Set.of("generate-dataset", "generate-measures"),
                    "cohortextractor", Set.of("generate_cohort", "generate_codelist_report"),
                    "databuilder", Set.of("generate-dataset"));

    private static final String ALWAYS = "sqlrunner";

    private DatabaseActions() {}

    /** Whether a command of this image, with this as its second word, asks for the database. */
    public static boolean isOne(RunCommand command) {
        if (command.image().equals(ALWAYS)) {
            return true;
        }
        Optional<String> second = command.arguments().stream().findFirst();
        return second.filter(COMMANDS.getOrDefault(command.image(), Set.of())::contains)
                .isPresent();
    }
}

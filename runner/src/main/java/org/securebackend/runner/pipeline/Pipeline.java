package org.securebackend.runner.pipeline;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * A valid project.yaml: every need names an action of it, and no action waits for itself at any
 * distance.
 *
 * @param version as written, a finite number up to 5
 * @param actions by name, in file order
 * @param populationSize size of dummy populations
 */
public record Pipeline(
        double version, SequencedMap<ActionName, Action> actions, int populationSize) {

    /** In a request, stands for every action of the file. */
    public static final String RUN_ALL = "run_all";

    /** The size of dummy populations where the file says nothing. */
    public static final int DEFAULT_POPULATION_SIZE = 1000;

    public Pipeline {
        actions = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(actions));
    }

    /** The action of that name. */
    public Optional<Action> action(ActionName name) {
        return Optional.ofNullable(actions.get(name));
    }
}

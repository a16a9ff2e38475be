package org.securebackend.runner.config;

import java.util.List;

/** What became of reading a configuration. */
public sealed interface ConfigReading {

    /**
     * It can be used.
     *
     * @param values every setting, section by section
     */
    record Valid(RunnerConfig config, List<EffectiveValue> values) implements ConfigReading {
        public Valid {
            values = List.copyOf(values);
        }
    }

    /**
     * It cannot be used.
     *
     * @param problems all of them, at least one: the file's in its order, then the others
     */
    record Invalid(List<ConfigProblem> problems) implements ConfigReading {
        public Invalid {
            problems = List.copyOf(problems);
        }
    }
}

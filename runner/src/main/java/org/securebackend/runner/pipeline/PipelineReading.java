package org.securebackend.runner.pipeline;

import java.util.List;

/** What became of reading a project.yaml. */
public sealed interface PipelineReading {

    /** What its author should know, but which stops nothing; in the order of the file. */
    List<Problem> warnings();

    /** It keeps all rules. */
    record Valid(Pipeline pipeline, List<Problem> warnings) implements PipelineReading {
        public Valid {
            warnings = List.copyOf(warnings);
        }
    }

    /**
     * It breaks rules.
     *
     * @param problems all of them, at least one, in the order of the file
     */
    record Invalid(List<Problem> problems, List<Problem> warnings) implements PipelineReading {
        public Invalid {
            problems = List.copyOf(problems);
            warnings = List.copyOf(warnings);
            if (problems.isEmpty()) {
                throw new IllegalArgumentException("nothing is wrong");
            }
        }
    }
}

package org.securebackend.runner.sync;

import java.util.List;
import java.util.stream.Collectors;
import org.securebackend.runner.pipeline.Problem;

/** Puts the problems of a project.yaml into one message for a job. */
final class ProblemText {
    private static final int MOST = 20;

    private ProblemText() {}

    static String of(List<Problem> problems) {
        String listed =
                problems.stream()
                        .limit(MOST)
                        .map(ProblemText::line)
                        .collect(Collectors.joining("\n"));
        int more = problems.size() - MOST;
        return "Invalid project.yaml:\n" + listed + (more > 0 ? "\nand " + more + " more" : "");
    }

    private static String line(Problem problem) {
        return problem.line() == 0
                ? problem.message()
                : "line %d, column %d: %s"
                        .formatted(problem.line(), problem.column(), problem.message());
    }
}

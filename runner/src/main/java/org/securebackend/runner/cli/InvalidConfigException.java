package org.securebackend.runner.cli;

import java.util.List;
import java.util.stream.Collectors;
import org.securebackend.runner.config.ConfigProblem;

/** The configuration cannot be used. The message holds every problem, one a line. */
public final class InvalidConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What a command ends with: wrong usage or configuration. */
    public static final int EXIT_CODE = 2;

    private final transient List<ConfigProblem> problems;

    public InvalidConfigException(List<ConfigProblem> problems) {
        super(text(problems));
        this.problems = List.copyOf(problems);
    }

    /** In the order of the file, then the others. */
    public List<ConfigProblem> problems() {
        return problems;
    }

    private static String text(List<ConfigProblem> problems) {
        return problems.stream()
                .map(ConfigProblem::toString)
                .collect(
                        Collectors.joining(
                                "\n",
                                "the configuration has %d problem%s:%n"
                                        .formatted(
                                                problems.size(), problems.size() == 1 ? "" : "s"),
                                ""));
    }
}

package org.securebackend.runner.pipeline;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.securebackend.runner.yaml.YamlNode;

/** Reads the {@code run} text of an action (project-yaml spec, sections 2 and 4). */
final class RunReader {
    /** Linux takes no longer argument than 128 KiB; a command far longer is a mistake. */
    private static final int LONGEST = 100_000;

    /** Only digits that an image registry knows. */
    private static final Pattern VERSION = Pattern.compile("v[0-9.]+(?:-pre)?|dev|latest");

    private static final String EXAMPLE = "such as python:v2";

    private final Problems problems;
    private final ProjectVersion version;

    RunReader(Problems problems, ProjectVersion version) {
        this.problems = problems;
        this.version = version;
    }

    Optional<RunCommand> read(String run, YamlNode node, Place place) {
        if (run.length() > LONGEST) {
            problems.at(
                    node, place.path(), "the command is longer than " + LONGEST + " characters");
            return Optional.empty();
        }
        return switch (ShellWords.split(run)) {
            case ShellWords.Split.Unfinished(String message) -> {
                problems.at(node, place.path(), message);
                yield Optional.empty();
            }
            case ShellWords.Split.Words(List<String> words) -> command(words, node, place);
        };
    }

    private Optional<RunCommand> command(List<String> words, YamlNode node, Place place) {
        if (words.isEmpty()) {
            problems.at(
                    node,
                    place.path(),
                    "the command is empty; it begins with an image and its version, " + EXAMPLE);
            return Optional.empty();
        }
        Optional<RunCommand> command = RunCommand.ofWords(words);
        Optional<String> problem =
                command.map(this::problem)
                        .orElseGet(() ->
                                Optional.of(
                                        "\""
                                                + words.getFirst()
                                                + "\" has no version; the command begins"
                                                + " with an image and its version, "
                                                + EXAMPLE));
        problem.ifPresent(message -> problems.at(node, place.path(), message));
        return problem.isPresent() ? Optional.empty() : command;
    }

    private Optional<String> problem(RunCommand command) {
        if (!VERSION.matcher(command.version()).matches()) {
            return Optional.of(
                    "\""
                            + command.version()
                            + "\" is not a version of an image; write v and a number, "
                            + EXAMPLE);
        }
        if (version.forbidsLatest() && command.version().equals("latest")) {
            return Optional.of(
                    "the version latest cannot be used from version 5 of the project on; write v"
                            + " and a number, "
                            + EXAMPLE);
        }
        if (version.forbidsCohortextractor() && command.image().startsWith("cohortextractor")) {
            return Optional.of(
                    "cohortextractor cannot be used from version 4 of the project on; use ehrql");
        }
        return Optional.empty();
    }
}

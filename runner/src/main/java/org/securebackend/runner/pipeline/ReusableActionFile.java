package org.securebackend.runner.pipeline;

import java.util.List;
import java.util.Optional;
import org.securebackend.runner.yaml.YamlMapping;
import org.securebackend.runner.yaml.YamlNode;
import org.securebackend.runner.yaml.YamlReader;
import org.securebackend.runner.yaml.YamlReading;

/**
 * The action.yaml of a reusable action (project-yaml spec, section 8).
 *
 * @param run the command that the study's arguments are put behind; of an allowed image
 */
public record ReusableActionFile(RunCommand run) {

    /** What became of reading a file. */
    public sealed interface Reading {

        /** It can be used. */
        record Valid(ReusableActionFile file) implements Reading {}

        /** It cannot, and only the authors of the reusable action can help. */
        record Invalid(String cause) implements Reading {}
    }

    /** What became of putting file and study together. */
    public sealed interface Combination {

        /** The command to run. */
        record Command(RunCommand command) implements Combination {}

        /** It must not be run. */
        record Refused(String cause) implements Combination {}
    }

    /** Reads a whole file. Safe for any bytes. */
    public static Reading read(byte[] actionYaml) {
        return switch (YamlReader.read(actionYaml)) {
            case YamlReading.Tree(YamlNode root) -> read(root);
            case YamlReading.Unreadable unreadable -> {
                var first = unreadable.problems().getFirst();
                yield new Reading.Invalid(
                        "line %d, column %d: %s"
                                .formatted(
                                        first.position().line(),
                                        first.position().column(),
                                        first.message()));
            }
        };
    }

    private static Reading read(YamlNode root) {
        Optional<String> run =
                root instanceof YamlMapping mapping
                        ? mapping.get("run").flatMap(Names::string)
                        : Optional.empty();
        return run.map(ReusableActionFile::readRun)
                .orElseGet(
                        () -> new Reading.Invalid("the file must be a mapping with the text run"));
    }

    private static Reading readRun(String run) {
        return switch (ShellWords.split(run)) {
            case ShellWords.Split.Unfinished(String message) -> new Reading.Invalid(message);
            case ShellWords.Split.Words(List<String> words) ->
                    RunCommand.ofWords(words)
                            .map(ReusableActionFile::readCommand)
                            .orElseGet(() ->
                                    new Reading.Invalid(
                                            "run must begin with an image and its version,"
                                                    + " such as python:v2"));
        };
    }

    private static Reading readCommand(RunCommand command) {
        if (command.version().isEmpty() || command.version().indexOf(':') >= 0) {
            return new Reading.Invalid(
                    "run must begin with an image and its version, with one colon between them");
        }
        return AllowedImages.contains(command.image())
                ? new Reading.Valid(new ReusableActionFile(command))
                : new Reading.Invalid("unrecognised runtime: " + command.image());
    }

    /**
     * The command of a job that uses this action.
     *
     * @param study the study's command, with its {@code --config}
     */
    public Combination combinedWith(RunCommand study) {
        RunCommand command = run.with(study.arguments());
        return DatabaseActions.isOne(command)
                ? new Combination.Refused("reusable actions cannot have access to the database")
                : new Combination.Command(command);
    }
}

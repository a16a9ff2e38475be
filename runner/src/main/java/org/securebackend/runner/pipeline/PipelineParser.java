package org.securebackend.runner.pipeline;

import java.util.List;
import org.securebackend.runner.yaml.YamlNode;
import org.securebackend.runner.yaml.YamlProblem;
import org.securebackend.runner.yaml.YamlReader;
import org.securebackend.runner.yaml.YamlReading;

/**
 * Reads a project.yaml and checks every rule of versions 1 to 5 (project-yaml spec, sections 1 to
 * 6, with the 2026 rules of section 10). Safe for any bytes; takes time about proportional to the
 * file.
 */
public final class PipelineParser {
    private PipelineParser() {}

    /** Reads a whole file. */
    public static PipelineReading read(byte[] projectYaml) {
        return switch (YamlReader.read(projectYaml)) {
            case YamlReading.Tree(YamlNode root) -> new ProjectReader().read(root);
            case YamlReading.Unreadable(List<YamlProblem> problems) ->
                    new PipelineReading.Invalid(
                            problems.stream().map(PipelineParser::problem).toList(), List.of());
        };
    }

    private static Problem problem(YamlProblem problem) {
        return new Problem(
                problem.position().line(), problem.position().column(), "", problem.message());
    }
}

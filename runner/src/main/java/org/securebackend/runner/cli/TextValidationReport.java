package org.securebackend.runner.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import org.securebackend.runner.pipeline.Pipeline;
import org.securebackend.runner.pipeline.PipelineReading;
import org.securebackend.runner.pipeline.Problem;
import picocli.CommandLine.Help.Ansi.Style;
import picocli.CommandLine.Help.ColorScheme;

/** For people: each problem with its place, the line it is in, and a caret under it. */
final class TextValidationReport implements ValidationReport {
    private enum Kind {
        ERROR("error: ", Style.fg_red),
        WARNING("warning: ", Style.fg_yellow);

        private final String label;
        private final Style style;

        Kind(String label, Style style) {
            this.label = label;
            this.style = style;
        }
    }

    private final PrintWriter out;
    private final ColorScheme colours;

    TextValidationReport(PrintWriter out, ColorScheme colours) {
        this.out = out;
        this.colours = colours;
    }

    @Override
    public void unreadable(Path file) {
        out.println(file + ": " + coloured(Kind.ERROR.label, Kind.ERROR.style) + UNREADABLE);
    }

    @Override
    public void checked(Path file, byte[] content, PipelineReading reading) {
        var source = SourceLines.of(content);
        reading.warnings().forEach(warning -> show(file, source, warning, Kind.WARNING));
        switch (reading) {
            case PipelineReading.Valid(Pipeline pipeline, _) ->
                    out.println(
                            file
                                    + ": "
                                    + coloured("valid", Style.fg_green)
                                    + ", version "
                                    + pipeline.version()
                                    + ", "
                                    + counted(pipeline.actions().size(), "action"));
            case PipelineReading.Invalid(List<Problem> problems, _) -> {
                problems.forEach(problem -> show(file, source, problem, Kind.ERROR));
                out.println(
                        file
                                + ": "
                                + coloured("not valid", Style.fg_red)
                                + ", "
                                + counted(problems.size(), "problem"));
            }
        }
    }

    private void show(Path file, SourceLines source, Problem problem, Kind kind) {
        out.println(
                file
                        + (problem.line() > 0 ? ":" + problem.line() + ":" + problem.column() : "")
                        + ": "
                        + coloured(kind.label, kind.style)
                        + SourceLines.printable(problem.text()));
        source.excerpt(problem.line(), problem.column())
                .ifPresent(excerpt -> {
                    out.println("    " + excerpt.line());
                    out.println("    " + " ".repeat(excerpt.caretAt()) + coloured("^", kind.style));
                });
    }

    private String coloured(String text, Style style) {
        return colours.apply(text, List.of(style)).toString();
    }

    private static String counted(int number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }
}

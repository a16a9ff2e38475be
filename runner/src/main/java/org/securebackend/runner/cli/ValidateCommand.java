package org.securebackend.runner.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.securebackend.runner.pipeline.PipelineParser;
import org.securebackend.runner.pipeline.PipelineReading;
import org.securebackend.runner.yaml.YamlReader;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Checks project.yaml files and shows everything that is wrong with them. Needs no configuration.
 * Ends with 0 if all are valid, 1 if one is not, 2 if one could not be read.
 */
@Command(
        name = "validate",
        mixinStandardHelpOptions = true,
        description = "Checks project.yaml files and shows all problems with line and column.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all files are valid",
            "1:a file is not valid",
            "2:wrong usage, or a file cannot be read"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  runner validate study/project.yaml",
            "  runner validate --json */project.yaml | grep '\"valid\":false'"
        })
public final class ValidateCommand implements Callable<Integer> {
    private static final int INVALID = 1;

    @Spec private @Nullable CommandSpec spec;

    @Option(names = "--json", description = "one JSON object a file, a line each")
    private boolean json;

    @Parameters(
            arity = "0..*",
            paramLabel = "FILE",
            defaultValue = "project.yaml",
            description = "files to check (default: ${DEFAULT-VALUE})")
    private List<Path> files = new ArrayList<>();

    @Override
    public Integer call() {
        CommandSpec command = Objects.requireNonNull(spec);
        PrintWriter out = command.commandLine().getOut();
        ValidationReport report =
                json
                        ? new JsonValidationReport(out)
                        : new TextValidationReport(out, command.commandLine().getColorScheme());
        int exitCode = ExitCode.OK;
        for (Path file : files) {
            exitCode = Math.max(exitCode, check(file, report));
        }
        out.flush();
        return exitCode;
    }

    private static int check(Path file, ValidationReport report) {
        Optional<byte[]> content = contentOf(file);
        if (content.isEmpty()) {
            report.unreadable(file);
            return ExitCode.USAGE;
        }
        var reading = PipelineParser.read(content.get());
        report.checked(file, content.get(), reading);
        return switch (reading) {
            case PipelineReading.Valid _ -> ExitCode.OK;
            case PipelineReading.Invalid _ -> INVALID;
        };
    }

    /** What is in the file, but of one that is too large only as much as shows that. */
    private static Optional<byte[]> contentOf(Path file) {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try (InputStream content = Files.newInputStream(file)) {
            return Optional.of(content.readNBytes(YamlReader.LARGEST_BYTES + 1));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}

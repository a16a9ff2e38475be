package org.securebackend.runner.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.securebackend.runner.cli.Product.RebuiltManifest;
import org.securebackend.runner.job.JobId;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Looks after the manifests of workspaces. */
@Command(
        name = "manifest",
        description = "Looks after the manifests that the output checking tool reads.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example:", "  runner manifest rebuild --config config/tpp.yaml"})
public final class ManifestCommand implements Runnable {
    @Spec @Nullable CommandSpec spec;

    /** The command with its subcommand. */
    public static CommandLine commandLine(Product product) {
        return new CommandLine(new ManifestCommand()).addSubcommand(new Rebuild(product));
    }

    @Override
    public void run() {
        if (spec != null) {
            throw new ParameterException(spec.commandLine(), "say rebuild");
        }
    }

    /** Makes manifests again. */
    @Command(
            name = "rebuild",
            mixinStandardHelpOptions = true,
            description = {
                "Makes manifest.json again from the database, also while the daemon runs, and",
                "says what changed. Entries for files that the database does not know, such as",
                "those of version 2, stay as they are."
            },
            footer = {
                "",
                "Examples:",
                "  runner manifest rebuild --config config/tpp.yaml",
                "  runner manifest rebuild flucats --json",
                "",
                "Exit code: 0 if all were made, 1 if one was left alone because a job's outputs",
                "were just being published."
            })
    public static final class Rebuild implements Callable<Integer> {
        private static final int MOST_SHOWN = 20;

        private final Product product;
        private int code = ExitCodes.DONE;

        @Spec private CommandSpec spec;
        @Mixin private ConfigOption config;

        @Parameters(
                paramLabel = "WORKSPACE",
                arity = "0..*",
                description = "which (default: all that have files)")
        private List<String> workspaces = List.of();

        @Option(names = "--json", description = "one JSON object a line")
        private boolean json;

        public Rebuild(Product product) {
            this.product = product;
        }

        @Override
        public Integer call() throws IOException {
            PrintWriter out = spec.commandLine().getOut();
            product.rebuildManifests(
                    config.load(),
                    workspaces,
                    manifest -> {
                        if (manifest.busy().isPresent()) {
                            code = ExitCodes.NO;
                        }
                        if (json) {
                            out.println(line(manifest));
                        } else {
                            print(manifest, out);
                        }
                        out.flush();
                    });
            return code;
        }

        private static void print(RebuiltManifest manifest, PrintWriter out) {
            if (manifest.busy().isPresent()) {
                out.println(
                        "%s: left alone, the outputs of job %s are just being published; try again when it has ended"
                                .formatted(manifest.workspace(), manifest.busy().get()));
                return;
            }
            out.println(
                    "%s: %d added, %d changed, %d removed; %d kept that the database does not know"
                            .formatted(
                                    manifest.workspace(),
                                    manifest.added().size(),
                                    manifest.changed().size(),
                                    manifest.removed().size(),
                                    manifest.kept()));
            print("+", manifest.added(), out);
            print("~", manifest.changed(), out);
            print("-", manifest.removed(), out);
        }

        private static void print(String sign, List<String> paths, PrintWriter out) {
            paths.stream()
                    .limit(MOST_SHOWN)
                    .forEach(path -> out.println("  " + sign + " " + Printable.of(path)));
            if (paths.size() > MOST_SHOWN) {
                out.println(
                        "  %s and %d more (--json shows all)"
                                .formatted(sign, paths.size() - MOST_SHOWN));
            }
        }

        private static String line(RebuiltManifest manifest) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            object.put("workspace", manifest.workspace().value());
            object.put("busy", manifest.busy().map(JobId::value).orElse(null));
            manifest.added().forEach(object.putArray("added")::add);
            manifest.changed().forEach(object.putArray("changed")::add);
            manifest.removed().forEach(object.putArray("removed")::add);
            object.put("kept", manifest.kept());
            return Printable.json(object);
        }
    }
}

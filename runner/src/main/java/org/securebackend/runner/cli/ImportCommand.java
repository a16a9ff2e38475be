package org.securebackend.runner.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.securebackend.runner.cli.Product.Takeover;
import org.securebackend.runner.store.v2.V2Import;
import org.securebackend.runner.store.v2.V2Progress;
import org.securebackend.runner.store.v2.V2Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Takes over what a version 2 runner knew. */
@Command(
        name = "import",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Takes over the jobs, requests and flags of version 2, so that nothing that succeeded",
            "runs again. Version 2 must be stopped; its db.sqlite is only read, and stays as it is.",
            "All of it or nothing; what is known here already is left as it is.",
            "docs/migration.md has the way of a whole backend, and the way back."
        },
        footer = {
            "",
            "Examples:",
            "  runner import /home/opensafely/jobrunner/workdir/db.sqlite --dry-run",
            "  runner import /home/opensafely/jobrunner/workdir/db.sqlite --config config/tpp.yaml",
            "",
            "Exit codes: 0 done, also if nothing was new; 1 refused: version 2 is at work, or the",
            "file is none of its databases; 2 wrong usage or configuration; 3 the file, a storage or",
            "this runner's database cannot be used."
        })
public final class ImportCommand implements Callable<Integer> {
    private static final Duration BETWEEN_LINES = Duration.ofSeconds(2);
    private static final double GIGA = 1e9;

    private final Product product;

    @Spec private CommandSpec spec;
    @Mixin private ConfigOption config;

    @Parameters(paramLabel = "FILE", description = "version 2's db.sqlite, in its WORKDIR")
    private Path file;

    @Option(names = "--dry-run", description = "only say what would be taken over")
    private boolean dryRun;

    @Option(
            names = "--force",
            description = {
                "go on in spite of signs that version 2 or its jobs are at work: what it still runs",
                "may run a second time, and write into the same storage"
            })
    private boolean force;

    @Option(names = "--json", description = "one JSON object")
    private boolean json;

    public ImportCommand(Product product) {
        this.product = product;
    }

    @Override
    public Integer call() {
        var wish =
                new Takeover(
                        file,
                        dryRun ? Takeover.Extent.REHEARSAL : Takeover.Extent.ALL,
                        force ? V2Import.Insistence.GO_ON : V2Import.Insistence.REFUSE);
        V2Report report =
                product.takeOver(config.load(), wish, new Progress(spec.commandLine().getErr()));
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Printable.json(object(report)));
        } else {
            print(report, out);
        }
        out.flush();
        return ExitCodes.DONE;
    }

    /** A line now and then: hashing takes a while where files are large. */
    private static final class Progress implements Consumer<V2Progress> {
        private final PrintWriter err;
        private long next = System.nanoTime() + BETWEEN_LINES.toNanos();

        Progress(PrintWriter err) {
            this.err = err;
        }

        @Override
        public void accept(V2Progress progress) {
            if (System.nanoTime() - next >= 0) {
                next = System.nanoTime() + BETWEEN_LINES.toNanos();
                err.printf(
                        "%d of %d files, %.1f GB hashed%n",
                        progress.files(), progress.allFiles(), progress.hashedBytes() / GIGA);
                err.flush();
            }
        }
    }

    private void print(V2Report report, PrintWriter out) {
        report.notes().forEach(note -> out.println("note: " + Printable.of(note)));
        if (!report.hasNews()) {
            out.println("Nothing new: everything in that database is known here already.");
            return;
        }
        out.println(dryRun ? "Would be taken over:" : "Taken over:");
        String jobs =
                report.jobs().entrySet().stream()
                        .map(kind -> kind.getValue() + " " + kind.getKey())
                        .collect(Collectors.joining(", "));
        line(out, "requests", report.requests() + " (known already: " + report.known() + ")");
        line(out, "jobs", jobs.isEmpty() ? "none" : jobs);
        line(out, "flags", report.flags().isEmpty() ? "none" : String.join(", ", report.flags()));
        if (!dryRun) {
            line(out, "files", files(report.files()));
        }
    }

    private static String files(V2Report.Files files) {
        return "%d from manifests, %d hashed (%.1f GB), %d not there but in a manifest, %d gone"
                .formatted(
                        files.fromManifests(),
                        files.hashed(),
                        files.hashedBytes() / GIGA,
                        files.absent(),
                        files.missing());
    }

    private static void line(PrintWriter out, String name, String value) {
        out.printf("  %-10s %s%n", name, Printable.of(value));
    }

    private ObjectNode object(V2Report report) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("schema", report.schema());
        object.put("dry_run", dryRun);
        object.put("news", report.hasNews());
        object.put("requests", report.requests());
        object.put("known_requests", report.known());
        ObjectNode jobs = object.putObject("jobs");
        report.jobs().forEach(jobs::put);
        report.flags().forEach(object.putArray("flags")::add);
        object.putObject("files")
                .put("from_manifests", report.files().fromManifests())
                .put("hashed", report.files().hashed())
                .put("hashed_bytes", report.files().hashedBytes())
                .put("absent", report.files().absent())
                .put("missing", report.files().missing());
        report.notes().forEach(object.putArray("notes")::add);
        return object;
    }
}

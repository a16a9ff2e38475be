package org.securebackend.runner.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.securebackend.runner.doctor.Finding;
import org.securebackend.runner.doctor.Finding.Verdict;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Says whether this host is ready for jobs. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = {
            "Checks everything that a job will need, and says how to mend what is amiss: the engine,",
            "images, the isolation of containers and the database network (both from inside of a",
            "container), storage, clock, job server, git, the database file and the configuration.",
            "Changes nothing; secrets are never shown. May be run beside the daemon, as its user."
        },
        footer = {
            "",
            "Examples:",
            "  runner doctor --config config/tpp.yaml",
            "  runner doctor --json | grep '\"verdict\":\"failed\"'",
            "",
            "Exit codes: 0 all is well, warnings apart; 1 something failed; 2 the configuration cannot",
            "be used; 3 the engine or the job server does not answer."
        })
public final class DoctorCommand implements Callable<Integer> {
    private final Product product;

    @Spec private CommandSpec spec;
    @Mixin private ConfigOption config;

    @Option(names = "--json", description = "one JSON object a finding, a line each")
    private boolean json;

    public DoctorCommand(Product product) {
        this.product = product;
    }

    @Override
    public Integer call() throws InterruptedException {
        List<Finding> findings = product.examine(config.load());
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            findings.forEach(finding -> out.println(line(finding)));
        } else {
            findings.forEach(finding -> print(finding, out));
        }
        out.flush();
        return exitCode(findings);
    }

    private static String line(Finding finding) {
        return Printable.json(
                JsonNodeFactory.instance
                        .objectNode()
                        .put("check", finding.check())
                        .put("verdict", word(finding.verdict()))
                        .put("what", finding.what())
                        .put("remedy", finding.remedy()));
    }

    private static void print(Finding finding, PrintWriter out) {
        out.printf(
                "%-11s %-16s %s%n",
                word(finding.verdict()), finding.check(), Printable.of(finding.what()));
        if (!finding.remedy().isEmpty()) {
            out.printf("%-28s -> %s%n", "", Printable.of(finding.remedy()));
        }
    }

    private static String word(Verdict verdict) {
        return verdict.name().toLowerCase(Locale.ROOT);
    }

    private static int exitCode(List<Finding> findings) {
        int code = ExitCodes.DONE;
        for (Finding finding : findings) {
            code =
                    Math.max(
                            code,
                            switch (finding.verdict()) {
                                case OK, WARNING -> ExitCodes.DONE;
                                case FAILED -> ExitCodes.NO;
                                case UNREACHABLE -> ExitCodes.UNREACHABLE;
                            });
        }
        return code;
    }
}

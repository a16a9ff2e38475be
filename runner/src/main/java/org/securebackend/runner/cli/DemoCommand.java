package org.securebackend.runner.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.securebackend.runner.devserver.demo.Demo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Plays the demonstration against a daemon and a development server that run already. */
@Command(
        name = "play-demo",
        hidden = true,
        mixinStandardHelpOptions = true,
        description = "Plays the demonstration; scripts/demo sets everything up for it.")
public final class DemoCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Option(names = "--server", required = true, description = "The development server's page")
    private URI server;

    @Option(names = "--backend", required = true)
    private String backend;

    @Option(names = "--high", required = true, description = "High privacy storage")
    private Path high;

    @Option(names = "--medium", required = true, description = "Medium privacy storage")
    private Path medium;

    @Option(names = "--commit", required = true)
    private String commit;

    @Option(names = "--slow-commit", required = true)
    private String slowCommit;

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        List<String> faults =
                Demo.play(new Demo.Place(server, backend, high, medium, commit, slowCommit), out);
        faults.forEach(out::println);
        out.println(
                faults.isEmpty()
                        ? "Everything ended as it should."
                        : "NOT everything ended as it should.");
        out.flush();
        return faults.isEmpty() ? ExitCodes.DONE : ExitCodes.NO;
    }
}

package org.securebackend.runner.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.securebackend.runner.executor.ExecutorException;
import org.securebackend.runner.housekeeping.Leftover;
import org.securebackend.runner.job.ByteCount;
import org.securebackend.runner.job.JobId;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Removes what jobs have left. */
@Command(
        name = "gc",
        mixinStandardHelpOptions = true,
        description = {
            "Removes what jobs have left and nobody needs: containers, workspaces, staged and",
            "temporary files, outputs of failed jobs and old logs whose time is over. The daemon",
            "does the same once a day. Safe beside it: nothing of an open job is touched."
        },
        footer = {
            "",
            "Examples:",
            "  runner gc --dry-run --config config/tpp.yaml",
            "  runner gc --json",
            "",
            "Exit code: 0 if all went, 1 if something did not, 3 if the engine was not reachable",
            "(what lies in the storages is removed all the same)."
        })
public final class GcCommand implements Callable<Integer> {
    private final Product product;
    private final Screen screen;
    private final List<String> problems = new ArrayList<>();

    @Spec private CommandSpec spec;
    @Mixin private ConfigOption config;

    @Option(names = "--dry-run", description = "only show what would be removed")
    private boolean dryRun;

    @Option(names = "--json", description = "one JSON object a line")
    private boolean json;

    private enum Fate {
        FOUND,
        REMOVED,
        KEPT,
        FAILED
    }

    private record Ended(Leftover leftover, Fate fate) {}

    public GcCommand(Product product, Screen screen) {
        this.product = product;
        this.screen = screen;
    }

    @Override
    public Integer call() throws IOException {
        int code = ExitCodes.DONE;
        List<Ended> all = new ArrayList<>();
        try (Product.House house = product.openHouse(config.load())) {
            if (!dryRun) {
                house.takeTurn();
            }
            List<Leftover> found = new ArrayList<>(house.inStorage());
            try {
                found.addAll(house.onHost());
            } catch (ExecutorException e) {
                problems.add("not looked for on this host: " + e.getMessage());
                code = ExitCodes.UNREACHABLE;
            }
            for (Leftover leftover : found) {
                all.add(new Ended(leftover, dryRun ? Fate.FOUND : remove(house, leftover)));
            }
        }
        print(all);
        boolean allWent = all.stream().noneMatch(one -> one.fate() == Fate.FAILED);
        return code == ExitCodes.DONE && !allWent ? ExitCodes.NO : code;
    }

    private Fate remove(Product.House house, Leftover leftover) {
        try {
            return house.remove(leftover) ? Fate.REMOVED : Fate.KEPT;
        } catch (IOException | ExecutorException e) {
            problems.add("%s is still there: %s".formatted(leftover.place(), e.getMessage()));
            return Fate.FAILED;
        }
    }

    private void print(List<Ended> all) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            all.forEach(one -> out.println(line(one)));
        } else if (all.isEmpty()) {
            out.println("Nothing to remove.");
        } else {
            table(all).print(out);
            out.println();
            out.println(summary(all));
        }
        out.flush();
        PrintWriter err = spec.commandLine().getErr();
        problems.forEach(problem -> err.println(Printable.of(problem)));
        err.flush();
    }

    private Table table(List<Ended> all) {
        var table = new Table(screen.width(), "", "WHAT", "SIZE", "WHY", "WHERE");
        for (Ended one : all) {
            table.row(
                    word(one.fate()),
                    one.leftover().kind(),
                    ByteCount.of(one.leftover().bytes()),
                    one.leftover().reason(),
                    Printable.of(one.leftover().place()));
        }
        return table;
    }

    private static String word(Fate fate) {
        return switch (fate) {
            case FOUND -> "would go";
            case REMOVED -> "removed";
            case KEPT -> "kept";
            case FAILED -> "FAILED";
        };
    }

    private String summary(List<Ended> all) {
        Fate counted = dryRun ? Fate.FOUND : Fate.REMOVED;
        List<Ended> those = all.stream().filter(one -> one.fate() == counted).toList();
        long bytes = those.stream().mapToLong(one -> one.leftover().bytes()).sum();
        return "%d %s, %s"
                .formatted(those.size(), dryRun ? "would go" : "removed", ByteCount.of(bytes));
    }

    private static String line(Ended one) {
        Leftover leftover = one.leftover();
        var object = JsonNodeFactory.instance.objectNode();
        object.put("kind", leftover.kind());
        object.put("place", leftover.place());
        object.put("job", leftover.job().map(JobId::value).orElse(null));
        object.put("bytes", leftover.bytes());
        object.put("reason", leftover.reason());
        object.put("fate", one.fate().name().toLowerCase(Locale.ROOT));
        return Printable.json(object);
    }
}

package org.securebackend.runner.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.securebackend.runner.config.RunnerConfig;
import org.securebackend.runner.store.JobStore;
import org.securebackend.runner.store.JobStore.Flag;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows and sets the backend's flags. */
@Command(
        name = "flags",
        mixinStandardHelpOptions = true,
        description = {
            "Shows and sets the backend's flags, of which the job server is told with every call.",
            "Names that mean something: paused, mode, manual-db-maintenance, drain, prepare-reboot;",
            "pause, maintenance, drain and prepare-reboot set them with more care. Others only go to",
            "the server."
        },
        footer = {
            "",
            "Examples:",
            "  runner flags --config config/tpp.yaml",
            "  runner flags get paused mode",
            "  runner flags set reason=upgrade",
            "  runner flags set reason=             clears it"
        })
public final class FlagsCommand implements Runnable {
    private final Product product;

    @Spec private CommandSpec spec;
    @Mixin private ConfigOption config;

    @Option(names = "--json", description = "one JSON object a flag, a line each")
    private boolean json;

    public FlagsCommand(Product product) {
        this.product = product;
    }

    @Override
    public void run() {
        show(product, config.load(), List.of(), new Output(spec.commandLine().getOut(), json));
    }

    /** Where flags are shown, and whether as JSON. */
    private record Output(PrintWriter out, boolean json) {
        void flag(String name, Optional<Flag> flag) {
            Optional<String> value = flag.flatMap(Flag::value);
            Optional<String> since = flag.map(Flag::changedAt).map(Times::utc);
            if (json) {
                var object = JsonNodeFactory.instance.objectNode();
                object.put("name", name);
                object.put("value", value.orElse(null));
                object.put("changed_at", since.orElse(null));
                out.println(Printable.json(object));
            } else {
                out.println(
                        Printable.of(
                                "%s=%s (%s)"
                                        .formatted(
                                                name,
                                                value.orElse("None"),
                                                since.orElse("never set"))));
            }
            out.flush();
        }
    }

    private static void show(
            Product product, RunnerConfig config, List<String> names, Output output) {
        try (JobStore store = product.openStore(config)) {
            Map<String, Flag> flags = store.flags();
            List<String> shown = names.isEmpty() ? List.copyOf(flags.keySet()) : names;
            shown.forEach(name -> output.flag(name, Optional.ofNullable(flags.get(name))));
        }
    }

    /** Shows flags. */
    @Command(
            name = "get",
            mixinStandardHelpOptions = true,
            description = "Shows flags with the times of their last changes.",
            footer = {"", "Example:", "  runner flags get paused mode --json"})
    void get(
            @Mixin ConfigOption where,
            @Option(names = "--json", description = "one JSON object a flag, a line each")
                    boolean asJson,
            @Parameters(arity = "0..*", paramLabel = "NAME", description = "default: all")
                    List<String> names) {
        show(
                product,
                where.load(),
                names == null ? List.of() : names,
                new Output(spec.commandLine().getOut(), asJson));
    }

    /** Sets flags. */
    @Command(
            name = "set",
            mixinStandardHelpOptions = true,
            description = {
                "Sets flags, all of them at once; NAME= clears one.",
                "The same value again keeps the time."
            },
            footer = {"", "Example:", "  runner flags set reason=upgrade paused=true"})
    void set(
            @Mixin ConfigOption where,
            @Option(names = "--json", description = "one JSON object a flag, a line each")
                    boolean asJson,
            @Parameters(arity = "1..*", paramLabel = "NAME=VALUE") List<String> settings) {
        Map<String, Optional<String>> values = values(settings);
        RunnerConfig loaded = where.load();
        try (JobStore store = product.openStore(loaded)) {
            new BackendFlags(product, loaded, store).set(values);
        }
        show(
                product,
                loaded,
                List.copyOf(values.keySet()),
                new Output(spec.commandLine().getOut(), asJson));
    }

    private Map<String, Optional<String>> values(List<String> settings) {
        var values = new LinkedHashMap<String, Optional<String>>();
        for (String setting : settings) {
            int sign = setting.indexOf('=');
            if (sign < 1) {
                throw new ParameterException(
                        spec.commandLine(),
                        "'%s' is not NAME=VALUE".formatted(Printable.of(setting)));
            }
            values.put(
                    setting.substring(0, sign),
                    Optional.of(setting.substring(sign + 1)).filter(value -> !value.isEmpty()));
        }
        return values;
    }
}

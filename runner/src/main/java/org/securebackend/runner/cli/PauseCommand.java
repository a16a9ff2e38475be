package org.securebackend.runner.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.securebackend.runner.config.RunnerConfig;
import org.securebackend.runner.store.BackendOrders;
import org.securebackend.runner.store.JobStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Holds back new jobs, or lets them start again. */
@Command(
        name = "pause",
        mixinStandardHelpOptions = true,
        description = {
            "Holds back new jobs, or lets them start again. Running jobs go on.",
            "Works at once, and goes on through restarts until: pause off. That also ends a drain",
            "and a reboot that was prepared; database maintenance has a command of its own."
        },
        footer = {
            "",
            "Examples:",
            "  runner pause on --config config/tpp.yaml",
            "  runner pause off --yes"
        })
public final class PauseCommand implements Callable<Integer> {
    private final Product product;
    private final Person person;

    @Spec private CommandSpec spec;
    @Mixin private OrderOptions options;

    @Parameters(
            paramLabel = "on|off",
            converter = OnOff.Converter.class,
            description = "on: nothing new starts; off: jobs start again")
    private OnOff wanted;

    public PauseCommand(Product product, Person person) {
        this.product = product;
        this.person = person;
    }

    @Override
    public Integer call() {
        RunnerConfig config = options.load();
        var talk = new OrderTalk(spec, options, person);
        try (JobStore store = product.openStore(config)) {
            var flags = new BackendFlags(product, config, store);
            boolean agreed =
                    switch (wanted) {
                        case ON ->
                                talk.agrees(
                                        "No job starts until: pause off. Running jobs go on.",
                                        waiting(store, "does not start for now"));
                        case OFF ->
                                talk.agrees(
                                        "Jobs start again.", waiting(store, "may start at once"));
                    };
            if (!agreed) {
                return ExitCodes.NO;
            }
            var reception =
                    flags.set(
                            switch (wanted) {
                                case ON -> BackendOrders.pausing();
                                case OFF -> BackendOrders.resuming();
                            });
            talk.say(
                    switch (wanted) {
                        case ON -> "Paused. " + reception.text();
                        case OFF -> "Not paused. " + reception.text();
                    });
            talk.tell(flags.json(reception));
        }
        return ExitCodes.DONE;
    }

    private static List<Concerned> waiting(JobStore store, String effect) {
        return store.openJobs().stream()
                .filter(Concerned::isWaiting)
                .map(job -> new Concerned(job, effect))
                .toList();
    }
}

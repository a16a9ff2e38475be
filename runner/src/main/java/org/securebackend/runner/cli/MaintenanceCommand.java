package org.securebackend.runner.cli;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.securebackend.runner.config.RunnerConfig;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.pipeline.DataKind;
import org.securebackend.runner.store.BackendOrders;
import org.securebackend.runner.store.JobStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Says by hand that the database is in maintenance, or that it is not. */
@Command(
        name = "maintenance",
        mixinStandardHelpOptions = true,
        description = {
            "Keeps jobs away from the database, or lets them to it again. Other jobs go on.",
            "Running database jobs are stopped and start again afterwards, at once or after the",
            "grace of databases.maintenance_grace."
        },
        footer = {
            "",
            "Examples:",
            "  runner maintenance on --config config/tpp.yaml",
            "  runner maintenance off"
        })
public final class MaintenanceCommand implements Callable<Integer> {
    private final Product product;
    private final Person person;

    @Spec private CommandSpec spec;
    @Mixin private OrderOptions options;

    @Parameters(
            paramLabel = "on|off|auto",
            converter = Mode.Converter.class,
            description = {
                "on: until it is switched off by hand; off: over;",
                "auto: as it is detected, until then as it is now"
            })
    private Mode wanted;

    enum Mode {
        ON,
        OFF,
        AUTO;

        private Map<String, Optional<String>> flags() {
            return switch (this) {
                case ON -> BackendOrders.maintaining();
                case OFF -> BackendOrders.endingMaintenance();
                case AUTO -> BackendOrders.detectingMaintenance();
            };
        }

        static final class Converter implements ITypeConverter<Mode> {
            @Override
            public Mode convert(String text) {
                return switch (text) {
                    case "on" -> ON;
                    case "off" -> OFF;
                    case "auto" -> AUTO;
                    default ->
                            throw new TypeConversionException(
                                    "'%s' is none of on, off, auto".formatted(Printable.of(text)));
                };
            }
        }
    }

    public MaintenanceCommand(Product product, Person person) {
        this.product = product;
        this.person = person;
    }

    @Override
    public Integer call() {
        RunnerConfig config = options.load();
        var talk = new OrderTalk(spec, options, person);
        try (JobStore store = product.openStore(config)) {
            if (!talk.agrees(intent(), concerned(config, store))) {
                return ExitCodes.NO;
            }
            var flags = new BackendFlags(product, config, store);
            var reception = flags.set(wanted.flags());
            talk.say(
                    flags.orders().maintenance().isPresent()
                            ? "Database maintenance is on. " + reception.text()
                            : "Database maintenance is off. " + reception.text());
            talk.tell(flags.json(reception));
        }
        return ExitCodes.DONE;
    }

    private String intent() {
        return switch (wanted) {
            case ON -> "No job reaches the database until: maintenance off, or auto.";
            case OFF -> "Jobs reach the database again.";
            case AUTO ->
                    "Database maintenance is as it is detected; until it is looked at next, as it is now.";
        };
    }

    private List<Concerned> concerned(RunnerConfig config, JobStore store) {
        DataKind data =
                switch (config.backend().data()) {
                    case REAL -> DataKind.REAL;
                    case DUMMY -> DataKind.DUMMY;
                };
        Duration grace = config.databases().maintenanceGrace();
        return store.openJobs().stream()
                .filter(job -> job.work().hasDatabaseAccess(data))
                .flatMap(job -> effect(job, grace).stream())
                .toList();
    }

    private Optional<Concerned> effect(Job job, Duration grace) {
        boolean waits = Concerned.isWaiting(job);
        return switch (wanted) {
            case ON ->
                    waits
                            ? Optional.of(new Concerned(job, "does not start for now"))
                            : whileItRuns(job, grace);
            case OFF ->
                    waits ? Optional.of(new Concerned(job, "may start again")) : Optional.empty();
            case AUTO -> Optional.empty();
        };
    }

    private static Optional<Concerned> whileItRuns(Job job, Duration grace) {
        return switch (job.state()) {
            case JobState.Preparing _, JobState.Prepared _, JobState.Executing _ ->
                    Optional.of(
                            new Concerned(
                                    job,
                                    grace.isZero()
                                            ? "is stopped now and starts again afterwards"
                                            : "is stopped after %s and starts again afterwards"
                                                    .formatted(Times.runtime(grace))));
            case JobState.Waiting _,
                    JobState.Executed _,
                    JobState.Collecting _,
                    JobState.Publishing _,
                    JobState.Stopping _,
                    JobState.Overrunning _,
                    JobState.Done _ ->
                    Optional.empty();
        };
    }
}

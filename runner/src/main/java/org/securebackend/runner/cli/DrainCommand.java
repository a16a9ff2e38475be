package org.securebackend.runner.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.securebackend.runner.config.RunnerConfig;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.store.BackendOrders;
import org.securebackend.runner.store.BackendOrders.Drain;
import org.securebackend.runner.store.JobStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Lets running jobs finish and starts no others. */
@Command(
        name = "drain",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Starts no new jobs, at once or from a time on, and lets running ones finish.",
            "What still runs at the deadline is stopped and put back, to start again afterwards.",
            "Goes on through restarts until: drain --off, or pause off.",
            "",
            "TIME: with date and zone, such as 2026-03-01T20:00Z, or 20:00 (the next one, in UTC)."
        },
        footer = {
            "",
            "Examples:",
            "  runner drain --config config/tpp.yaml --wait",
            "  runner drain --at 18:00 --deadline 6h --yes",
            "  runner drain --off"
        })
public final class DrainCommand implements Callable<Integer> {
    private static final Duration NO_LIMIT = Duration.ofDays(365);

    private final Product product;
    private final Person person;

    @Spec private CommandSpec spec;

    @Option(names = "--at", paramLabel = "TIME", description = "when it begins (default: now)")
    private @Nullable String at;

    @Option(
            names = "--deadline",
            paramLabel = "TIME|LENGTH",
            description = {
                "when running jobs are stopped: a time, or a length from the beginning on,",
                "such as 90m or 6h (default: never)"
            })
    private @Nullable String deadline;

    @Option(names = "--off", description = "ends the drain; jobs start again")
    private boolean off;

    @Option(names = "--wait", description = "wait until no job is running any more")
    private boolean wait;

    @Mixin private OrderOptions options;

    public DrainCommand(Product product, Person person) {
        this.product = product;
        this.person = person;
    }

    @Override
    public Integer call() {
        if (off && (at != null || deadline != null || wait)) {
            throw new ParameterException(
                    spec.commandLine(), "--off ends the drain: no other option goes with it");
        }
        Optional<Drain> drain = off ? Optional.empty() : Optional.of(drain(Instant.now()));
        RunnerConfig config = options.load();
        var talk = new OrderTalk(spec, options, person);
        try (JobStore store = product.openStore(config)) {
            if (!talk.agrees(
                    drain.map(DrainCommand::intent).orElse("The drain ends, jobs start again."),
                    concerned(store, drain))) {
                return ExitCodes.NO;
            }
            var flags = new BackendFlags(product, config, store);
            var reception =
                    flags.set(
                            drain.map(BackendOrders::draining)
                                    .orElseGet(BackendOrders::endingDrain));
            talk.say((off ? "Not draining. " : "Draining. ") + reception.text());
            if (wait && reception != BackendFlags.Reception.NO_DAEMON) {
                WaitFor.condition(NO_LIMIT, () -> isDrained(store, drain));
                talk.say("Drained: no job is running.");
            }
            talk.tell(flags.json(reception).put("drained", !off && isDrained(store, drain)));
        }
        return ExitCodes.DONE;
    }

    private static boolean isDrained(JobStore store, Optional<Drain> drain) {
        return drain.filter(order -> order.hasBegun(Instant.now())).isPresent()
                && !store.hasUnseenFlags()
                && store.openJobs().stream().noneMatch(Concerned::isActive);
    }

    private Drain drain(Instant now) {
        Instant from = at == null ? now : time("--at", at, now);
        Optional<Instant> end = Optional.ofNullable(deadline).map(text -> end(text, from));
        if (end.filter(instant -> instant.isBefore(from)).isPresent()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--deadline %s lies before the drain begins".formatted(end.get()));
        }
        return new Drain(from, end);
    }

    private Instant end(String text, Instant from) {
        return TimeText.length(text)
                .map(from::plus)
                .orElseGet(() -> time("--deadline", text, from));
    }

    private Instant time(String option, String text, Instant now) {
        return TimeText.time(text, now)
                .orElseThrow(() ->
                        new ParameterException(
                                spec.commandLine(),
                                "%s '%s' is no time; such as 2026-03-01T20:00Z, or 20:00 (UTC)"
                                        .formatted(option, Printable.of(text))));
    }

    private static String intent(Drain drain) {
        return "From %s on no job starts; what runs may finish%s."
                .formatted(
                        Times.utc(drain.from()),
                        drain.deadline()
                                .map(end ->
                                        " until %s, and is put back then".formatted(Times.utc(end)))
                                .orElse(", without a deadline"));
    }

    private static List<Concerned> concerned(JobStore store, Optional<Drain> drain) {
        return store.openJobs().stream()
                .filter(job -> drain.isPresent() || Concerned.isWaiting(job))
                .map(job -> new Concerned(job, effect(job, drain)))
                .toList();
    }

    private static String effect(Job job, Optional<Drain> drain) {
        if (drain.isEmpty()) {
            return "may start at once";
        }
        if (Concerned.isWaiting(job)) {
            return "does not start from then on";
        }
        return drain.get()
                .deadline()
                .map(end -> "may finish until the deadline")
                .orElse("may finish");
    }
}

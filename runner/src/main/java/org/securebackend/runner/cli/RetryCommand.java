package org.securebackend.runner.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.securebackend.runner.config.RunnerConfig;
import org.securebackend.runner.executor.Execution;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.RetryRule;
import org.securebackend.runner.job.RetryRule.Remains;
import org.securebackend.runner.job.StatusText;
import org.securebackend.runner.store.JobStore;
import org.securebackend.runner.store.JobStore.KeptOrder.Wish;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Collects the outputs again of a job that the platform failed. */
@Command(
        name = "retry",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Collects the outputs again of a job that failed by the platform's fault after its program",
            "had ended: nothing is run again. Its container and workspace are kept for that, as long as",
            "jobs.keep_broken says. Refused with the reason where it cannot work."
        },
        footer = {
            "",
            "Examples:",
            "  runner retry 6nhad5m5 --config config/tpp.yaml",
            "  runner retry 6nhad5m5 --yes --wait 2m"
        })
public final class RetryCommand implements Callable<Integer> {
    private final Product product;
    private final Person person;

    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "ID", description = "a job's id, or any unique start of it")
    private String id;

    @Option(
            names = "--wait",
            paramLabel = "LENGTH",
            defaultValue = "15s",
            converter = TimeText.LengthConverter.class,
            description = "how long to wait for the daemon to begin (default: ${DEFAULT-VALUE})")
    private Duration patience;

    @Mixin private OrderOptions options;

    public RetryCommand(Product product, Person person) {
        this.product = product;
        this.person = person;
    }

    @Override
    public Integer call() {
        RunnerConfig config = options.load();
        var talk = new OrderTalk(spec, options, person);
        try (JobStore store = product.openStore(config)) {
            Job job = JobFinder.find(store, id);
            requirePossible(job, config, store);
            if (!talk.agrees(
                    "It failed because: %s%nIts outputs are collected again:"
                            .formatted(message(job)),
                    List.of(new Concerned(job, "is collected again")))) {
                return ExitCodes.NO;
            }
            store.orderKept(job.id(), Wish.RETRY, Instant.now());
            product.ring(config);
            return product.hasDaemon(config) ? await(store, job, talk) : withoutDaemon(job, talk);
        }
    }

    private void requirePossible(Job job, RunnerConfig config, JobStore store) {
        Optional<String> hindrance =
                RetryRule.hindrance(job, newest(job, store), Remains.WHOLE)
                        .or(() -> notKept(job, store))
                        .or(() ->
                                RetryRule.hindrance(job, newest(job, store), remains(config, job)));
        hindrance.ifPresent(why -> {
            throw new CommandFailedException(
                    ExitCodes.NO,
                    "job %s (%s) cannot be retried: %s. Its state: %s"
                            .formatted(
                                    job.id(),
                                    Printable.of(job.definition().action().value()),
                                    why,
                                    message(job)));
        });
    }

    private static Optional<String> notKept(Job job, JobStore store) {
        return store.keptJobs().stream().anyMatch(kept -> kept.id().equals(job.id()))
                ? Optional.empty()
                : Optional.of(
                        "its program had not ended, or what it left was removed since; request the action again");
    }

    private static Optional<Job> newest(Job job, JobStore store) {
        return job.definition().work().stream()
                .flatMap(work -> store.latestRuns(work.workspace()).stream())
                .filter(run -> run.definition().action().equals(job.definition().action()))
                .findFirst();
    }

    private Remains remains(RunnerConfig config, Job job) {
        return switch (product.program(config, job.id())) {
            case Execution.Absent _ -> Remains.NONE;
            case Execution.Running _ -> Remains.RUNNING;
            case Execution.Ended _ -> Remains.WHOLE;
        };
    }

    private static String message(Job job) {
        return Printable.of(StatusText.of(job.state(), StatusText.DatabaseAccess.NONE));
    }

    private int await(JobStore store, Job before, OrderTalk talk) {
        JobId job = before.id();
        WaitFor.condition(
                patience, () -> hasMoved(store, before) || store.openKeptOrders().isEmpty());
        boolean moved = hasMoved(store, before);
        Job now = store.job(job).orElse(before);
        boolean ordered =
                store.openKeptOrders().stream().anyMatch(order -> order.job().equals(job));
        if (moved) {
            talk.say("Job %s: %s".formatted(job, message(now)));
        } else if (ordered) {
            talk.say(
                    "Job %s is ordered to be retried; the daemon has not begun yet."
                            .formatted(job));
        } else {
            talk.say("The daemon could not retry job %s; its log says why.".formatted(job));
        }
        tell(now, moved ? "retried" : ordered ? "ordered" : "refused", talk);
        return moved || ordered ? ExitCodes.DONE : ExitCodes.NO;
    }

    private static boolean hasMoved(JobStore store, Job before) {
        return store.job(before.id()).filter(job -> job.version() != before.version()).isPresent();
    }

    private static int withoutDaemon(Job job, OrderTalk talk) {
        talk.say("The daemon is not running: the order will be applied at its next start.");
        tell(job, "ordered", talk);
        return ExitCodes.DONE;
    }

    private static void tell(Job job, String outcome, OrderTalk talk) {
        ObjectNode json = JobJson.object(job);
        json.put("retry", outcome);
        talk.tell(json);
    }
}

package org.securebackend.runner.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.securebackend.runner.config.RunnerConfig;
import org.securebackend.runner.job.FailureReason;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.job.StatusText;
import org.securebackend.runner.job.StopReason;
import org.securebackend.runner.store.JobStore;
import org.securebackend.runner.store.JobStore.KeptOrder.Wish;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Ends jobs for good. */
@Command(
        name = "kill",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Ends waiting and running jobs for good; jobs that wait for their outputs fail.",
            "What a program said is kept in the log for operators; container and workspace are removed.",
            "Finished jobs stay as they are."
        },
        footer = {
            "",
            "Examples:",
            "  runner kill 6nhad5m5 --config config/tpp.yaml",
            "  runner kill 6nhad5m5 lgrber4s --yes",
            "  runner kill 6nhad5m5 --cleanup       also what is kept of a broken job"
        })
public final class KillCommand implements Callable<Integer> {
    private final Product product;
    private final Person person;

    @Spec private CommandSpec spec;

    @Parameters(
            paramLabel = "ID",
            arity = "1..*",
            description = "jobs' ids, or any unique starts of them")
    private List<String> ids;

    @Option(
            names = "--cleanup",
            description = "also remove what is kept for a retry of a job that the platform failed")
    private boolean cleanup;

    @Option(
            names = "--wait",
            paramLabel = "LENGTH",
            defaultValue = "15s",
            converter = TimeText.LengthConverter.class,
            description = "how long to wait for the daemon to do it (default: ${DEFAULT-VALUE})")
    private Duration patience;

    @Mixin private OrderOptions options;

    public KillCommand(Product product, Person person) {
        this.product = product;
        this.person = person;
    }

    @Override
    public Integer call() {
        RunnerConfig config = options.load();
        var talk = new OrderTalk(spec, options, person);
        try (JobStore store = product.openStore(config)) {
            List<Job> jobs = JobFinder.all(store, ids);
            Set<JobId> kept = store.keptJobs().stream().map(Job::id).collect(Collectors.toSet());
            var concerned = new ArrayList<Concerned>();
            for (Job job : jobs) {
                if (!job.isDone() || (cleanup && kept.contains(job.id()))) {
                    concerned.add(new Concerned(job, effect(job)));
                } else {
                    talk.say(untouched(job, kept));
                }
            }
            if (!talk.agrees(
                    concerned.isEmpty() ? "Nothing to end." : "These jobs end for good:",
                    concerned)) {
                return ExitCodes.NO;
            }
            order(store, concerned);
            product.ring(config);
            boolean daemon = product.hasDaemon(config);
            if (daemon) {
                WaitFor.condition(patience, () -> isCarriedOut(store, concerned));
            }
            jobs.forEach(job -> report(store, job.id(), talk));
            if (!daemon && !concerned.isEmpty()) {
                talk.say("The daemon is not running: the order will be applied at its next start.");
            }
        }
        return ExitCodes.DONE;
    }

    private static String untouched(Job job, Set<JobId> kept) {
        return "Job %s (%s) is finished and stays as it is: %s%s"
                .formatted(
                        job.id(),
                        Printable.of(job.definition().action().value()),
                        message(job),
                        kept.contains(job.id())
                                ? " (its container is kept for a retry; --cleanup removes it)"
                                : "");
    }

    private static String message(Job job) {
        return Printable.of(StatusText.of(job.state(), StatusText.DatabaseAccess.NONE));
    }

    private static String effect(Job job) {
        return switch (job.state()) {
            case JobState.Waiting _ -> "ends without a start";
            case JobState.Publishing _ -> "finishes by itself: its end is decided already";
            case JobState.Active _ -> "is stopped; no outputs";
            case JobState.Done _ -> "stays as it is; its container and workspace are removed";
        };
    }

    private static void order(JobStore store, List<Concerned> concerned) {
        for (Concerned each : concerned) {
            JobId id = each.job().id();
            if (each.job().isDone()) {
                store.orderKept(id, Wish.REMOVE, Instant.now());
            } else {
                store.orderStop(id, StopReason.KILLED_BY_ADMIN, Instant.now());
            }
        }
    }

    private static boolean isCarriedOut(JobStore store, List<Concerned> concerned) {
        return concerned.stream()
                        .allMatch(
                                each -> store.job(each.job().id()).filter(Job::isDone).isPresent())
                && store.openKeptOrders().stream()
                        .noneMatch(order ->
                                concerned.stream()
                                        .anyMatch(each -> each.job().id().equals(order.job())));
    }

    private static void report(JobStore store, JobId id, OrderTalk talk) {
        store.job(id)
                .ifPresent(job -> {
                    talk.say(
                            job.isDone()
                                    ? "Job %s: %s".formatted(id, message(job))
                                    : "Job %s is ordered to end; now: %s"
                                            .formatted(id, message(job)));
                    ObjectNode json = JobJson.object(job);
                    json.put("killed", isKilled(job));
                    talk.tell(json);
                });
    }

    private static boolean isKilled(Job job) {
        return job.state() instanceof JobState.Failed(_, _, FailureReason.KilledByAdmin _);
    }
}

package org.securebackend.runner.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.securebackend.runner.config.RunnerConfig;
import org.securebackend.runner.executor.ExecutorException;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.store.BackendOrders;
import org.securebackend.runner.store.JobStore;
import org.securebackend.runner.store.WorkdirTakenException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Puts running jobs back and says when the host can be restarted. */
@Command(
        name = "prepare-reboot",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Starts no new jobs, stops running ones and puts them back, and says when the host can be",
            "restarted: proved by the engine and by what is saved, or it is not said.",
            "Works with the daemon running or stopped. Jobs whose program has ended are collected first.",
            "Goes on through the restart, until: pause off."
        },
        footer = {
            "",
            "Examples:",
            "  runner prepare-reboot --config config/tpp.yaml",
            "  runner prepare-reboot --status",
            "  runner pause off                     after the restart: jobs start again",
            "",
            "Exit codes: 0 safe to reboot; 1 not safe; 3 the engine or the database cannot be asked."
        })
public final class PrepareRebootCommand implements Callable<Integer> {
    private final Product product;
    private final Person person;

    @Spec private CommandSpec spec;

    @Option(names = "--status", description = "change nothing, only say whether it is safe now")
    private boolean status;

    @Option(
            names = "--wait",
            paramLabel = "LENGTH",
            defaultValue = "5m",
            converter = TimeText.LengthConverter.class,
            description = "how long to wait until it is safe (default: ${DEFAULT-VALUE})")
    private Duration patience;

    @Mixin private OrderOptions options;

    public PrepareRebootCommand(Product product, Person person) {
        this.product = product;
        this.person = person;
    }

    @Override
    public Integer call() throws InterruptedException {
        RunnerConfig config = options.load();
        var talk = new OrderTalk(spec, options, person);
        try (JobStore store = product.openStore(config)) {
            if (!status) {
                if (!talk.agrees(
                        "No job starts until: pause off. Running jobs are stopped and put back.",
                        concerned(store))) {
                    return ExitCodes.NO;
                }
                prepare(config, store, talk);
            }
            return report(RebootCheck.now(product, config, store), store, talk);
        } catch (ExecutorException e) {
            throw new CommandFailedException(
                    ExitCodes.UNREACHABLE,
                    "a reboot is not known to be safe, the engine cannot be asked: %s%s"
                            .formatted(
                                    e.getMessage(),
                                    status ? "" : "; the order is saved, ask again: --status"));
        }
    }

    private void prepare(RunnerConfig config, JobStore store, OrderTalk talk)
            throws InterruptedException {
        var reception = new BackendFlags(product, config, store).set(BackendOrders.rebooting());
        if (reception == BackendFlags.Reception.NO_DAEMON) {
            talk.say("The daemon is not running: its running jobs are put back from here.");
            try {
                product.standIn(config, patience);
                return;
            } catch (WorkdirTakenException e) {
                talk.say("The daemon was just started: leaving it to it.");
            }
        }
        WaitFor.condition(patience, () -> RebootCheck.now(product, config, store).isSafe());
    }

    private static int report(RebootCheck check, JobStore store, OrderTalk talk) {
        long waiting = store.openJobs().stream().filter(Concerned::isWaiting).count();
        if (check.isSafe()) {
            talk.say(
                    "Safe to reboot: no container of this runner is running, and %d job(s) are saved as waiting."
                            .formatted(waiting));
            talk.say("Afterwards: runner pause off");
        } else {
            talk.say("NOT safe to reboot:");
            check.hindrances().forEach(hindrance -> talk.say("  " + hindrance));
        }
        ObjectNode json = BackendFlags.json(BackendOrders.of(store.flags()));
        json.put("safe_to_reboot", check.isSafe());
        check.hindrances().forEach(json.putArray("because")::add);
        talk.tell(json);
        return check.isSafe() ? ExitCodes.DONE : ExitCodes.NO;
    }

    private static List<Concerned> concerned(JobStore store) {
        return store.openJobs().stream()
                .filter(Concerned::isActive)
                .map(job -> new Concerned(job, effect(job)))
                .toList();
    }

    private static String effect(Job job) {
        return switch (job.state()) {
            case JobState.Executed _, JobState.Collecting _, JobState.Publishing _ ->
                    "its program has ended; it is finished first";
            case JobState.Stopping _, JobState.Overrunning _ -> "is being stopped already";
            case JobState.Waiting _,
                    JobState.Preparing _,
                    JobState.Prepared _,
                    JobState.Executing _,
                    JobState.Done _ ->
                    "is stopped and starts again afterwards";
        };
    }
}

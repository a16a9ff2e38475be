package org.securebackend.runner.scheduler;

import java.util.List;
import java.util.Optional;
import org.securebackend.runner.executor.Execution;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobEvent;
import org.securebackend.runner.job.RetryRule;
import org.securebackend.runner.job.RetryRule.Remains;
import org.securebackend.runner.job.StepKind;
import org.securebackend.runner.store.JobStore.KeptOrder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sees whether a job that the platform failed can have its outputs collected again. */
final class RetryStep implements Step {
    private static final Logger log = LoggerFactory.getLogger(RetryStep.class);

    private final Steps.Tools tools;
    private final KeptOrder order;

    RetryStep(Steps.Tools tools, KeptOrder order) {
        this.tools = tools;
        this.order = order;
    }

    @Override
    public void run(Job job, Progress progress) {
        Execution execution = tools.executor().inspect(job.id());
        Optional<String> hindrance = RetryRule.hindrance(job, newest(job), remains(execution));
        if (hindrance.isEmpty() && execution instanceof Execution.Ended(var exit, _)) {
            progress.happened(new JobEvent.Retried(exit));
            return;
        }
        log.warn("the job cannot be retried: {}", hindrance.orElse("its program did not end"));
        tools.store().closeOrders(List.of(order.id()), tools.clock().instant());
    }

    private Optional<Job> newest(Job job) {
        return tools.store().latestRuns(job.work().workspace()).stream()
                .filter(run -> run.definition().action().equals(job.definition().action()))
                .findFirst();
    }

    private static Remains remains(Execution execution) {
        return switch (execution) {
            case Execution.Absent _ -> Remains.NONE;
            case Execution.Running _ -> Remains.RUNNING;
            case Execution.Ended _ -> Remains.WHOLE;
        };
    }

    /** It looks for a program, as that one does. */
    @Override
    public StepKind kind() {
        return StepKind.FIND;
    }

    @Override
    public String toString() {
        return "retrying";
    }
}

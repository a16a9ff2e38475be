package org.securebackend.runner.planning;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.JobRequest;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.job.Success;
import org.securebackend.runner.job.Work.Need;
import org.securebackend.runner.pipeline.Action;
import org.securebackend.runner.pipeline.ActionName;
import org.securebackend.runner.pipeline.Pipeline;
import org.securebackend.runner.planning.Plan.PlannedAction;

/**
 * Decides which actions run for a request, in which order, and which jobs feed them
 * (job-lifecycle.md, section 3). Planning the same request twice against the same jobs gives the
 * same plan.
 */
public final class JobPlanner {
    private final JobRequest request;
    private final Pipeline pipeline;
    private final Map<ActionName, Job> latestRuns = new HashMap<>();
    private final Set<String> requested;

    private final Map<ActionName, JobId> producers = new HashMap<>();
    private final List<PlannedAction> planned = new ArrayList<>();

    private JobPlanner(JobRequest request, Pipeline pipeline, Collection<Job> latestRuns) {
        this.request = request;
        this.pipeline = pipeline;
        this.requested = new HashSet<>(request.requestedActions());
        latestRuns.forEach(job -> this.latestRuns.put(job.definition().action(), job));
    }

    /**
     * Plans a request.
     *
     * @param latestRuns the workspace state: of each action its newest job that was not cancelled;
     *     actions that are no longer in the file may be among them
     */
    public static Plan plan(JobRequest request, Pipeline pipeline, Collection<Job> latestRuns) {
        return new JobPlanner(request, pipeline, latestRuns).plan();
    }

    private Plan plan() {
        List<String> unknown =
                request.requestedActions().stream()
                        .filter(name -> !name.equals(Pipeline.RUN_ALL))
                        .filter(name -> find(name).isEmpty())
                        .distinct()
                        .toList();
        if (!unknown.isEmpty()) {
            return new Plan.UnknownActions(
                    unknown, pipeline.actions().keySet().stream().map(ActionName::value).toList());
        }
        targets().forEach(this::include);
        if (planned.isEmpty()) {
            return new Plan.NothingToDo(
                    runsAll() ? new Success.AlreadyRan() : new Success.AlreadyScheduled());
        }
        return new Plan.Run(planned);
    }

    private boolean runsAll() {
        return requested.contains(Pipeline.RUN_ALL);
    }

    private Collection<Action> targets() {
        if (runsAll()) {
            return pipeline.actions().values().stream()
                    .filter(action -> !action.name().value().equals(Pipeline.RUN_ALL))
                    .toList();
        }
        var targets = new LinkedHashSet<Action>();
        request.requestedActions().forEach(name -> find(name).ifPresent(targets::add));
        return targets;
    }

    private Optional<Action> find(String name) {
        return ActionName.isValid(name) ? pipeline.action(new ActionName(name)) : Optional.empty();
    }

    /** Plans an action after everything that it needs; on a stack of our own, for long chains. */
    private void include(Action target) {
        Deque<Visit> path = new ArrayDeque<>();
        path.push(new Visit(target));
        while (!path.isEmpty()) {
            Visit visit = path.peek();
            Action action = visit.action;
            if (producers.containsKey(action.name())) {
                path.pop();
            } else if (visit.nextNeed == 0 && keep(action)) {
                path.pop();
            } else if (visit.nextNeed < action.needs().size()) {
                path.push(new Visit(action(action.needs().get(visit.nextNeed++))));
            } else {
                path.pop();
                add(action);
            }
        }
    }

    private static final class Visit {
        private final Action action;
        private int nextNeed;

        Visit(Action action) {
            this.action = action;
        }
    }

    private Action action(ActionName name) {
        return pipeline.action(name)
                .orElseThrow(() ->
                        new IllegalStateException("a valid pipeline has every need: " + name));
    }

    /** Keeps the action's existing job where it need not run again. */
    private boolean keep(Action action) {
        Job existing = latestRuns.get(action.name());
        if (existing == null || mustRerun(action.name(), existing.state())) {
            return false;
        }
        producers.put(action.name(), existing.id());
        return true;
    }

    private boolean mustRerun(ActionName action, JobState state) {
        return switch (state) {
            case JobState.Open _ -> false;
            case JobState.Done _ when requested.contains(action.value()) -> true;
            case JobState.Done _ when request.forceRunDependencies() -> true;
            case JobState.Succeeded _ -> false;
            case JobState.Failed _ -> true;
        };
    }

    private void add(Action action) {
        var needs = new LinkedHashSet<Need>();
        for (ActionName need : action.needs()) {
            JobId producer = producers.get(need);
            if (producer == null) {
                throw new IllegalStateException(action.name() + " is planned before " + need);
            }
            needs.add(new Need(need, producer));
        }
        planned.add(new PlannedAction(action, List.copyOf(needs)));
        producers.put(action.name(), JobId.of(request.id(), action.name().value()));
    }
}

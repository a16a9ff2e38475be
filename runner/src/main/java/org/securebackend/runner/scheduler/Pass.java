package org.securebackend.runner.scheduler;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.securebackend.runner.job.EffectPoint;
import org.securebackend.runner.job.FailureReason;
import org.securebackend.runner.job.FailureReason.DependencyFailed;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobEvent;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.job.WaitReason;
import org.securebackend.runner.scheduler.Conditions.Switch;
import org.securebackend.runner.store.JobStore;
import org.securebackend.runner.store.JobStore.KeptOrder;
import org.securebackend.runner.store.JobStore.StopOrder;
import org.securebackend.runner.store.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One round of decide, save, act. A job changes at most once in it; what comes on top is left for
 * the next round. Until the changes are saved nothing is done that could not be done again, so that
 * a round that fails is simply repeated with the same signals.
 */
final class Pass {
    private static final Logger log = LoggerFactory.getLogger(Pass.class);

    private final Standing standing;
    private final Tools tools;
    private final Map<JobId, Job> changes = new LinkedHashMap<>();
    private final Set<JobId> remarked = new HashSet<>();
    private final List<Signal> later = new ArrayList<>();
    private final List<Long> ordersDone = new ArrayList<>();
    private final Map<KeptOrder, Job> keptOrders = new LinkedHashMap<>();

    /** What a round works with. */
    record Tools(
            JobStore store,
            Steps steps,
            Effects effects,
            Scheduler.Settings settings,
            Scheduler.Surroundings surroundings) {

        InstantSource clock() {
            return surroundings.clock();
        }
    }

    Pass(Standing standing, Tools tools) {
        this.standing = standing;
        this.tools = tools;
    }

    /** Returns the signals that are left for the next round. */
    List<Signal> run(List<Signal> signals) {
        standing.refreshKept();
        signals.forEach(this::take);
        admit();
        if (!changes.isEmpty()) {
            tools.store().save(changes.values());
            moved().map(Job::state)
                    .map(EffectPoint::saved)
                    .forEach(tools.surroundings().faults()::reach);
        }
        act();
        closeOrders();
        return later;
    }

    boolean hasChanged() {
        return !changes.isEmpty();
    }

    // Decide

    private void take(Signal signal) {
        switch (signal) {
            case Signal.Started _ -> {
                standing.readTurns();
                readStore();
                tools.store().untidyJobs().forEach(standing::resume);
            }
            case Signal.StoreChanged _ -> readStore();
            case Signal.JobsAdded(var jobs) -> standing.add(jobs);
            case Signal.Happened(var id, var event, var heardAt) -> {
                if (changes.containsKey(id)) {
                    later.add(signal);
                } else {
                    happened(id, event, heardAt);
                }
            }
            case Signal.OrdersGiven _ -> readOrders();
            case Signal.ExecutorLost _ -> {
                log.warn("the executor cannot be reached; running programs go on unseen");
                standing.executorIs(Switch.OFF);
                hinderUnseen();
            }
            case Signal.ExecutorConnected _ -> {
                standing.executorIs(Switch.ON);
                standing.postponements().clear();
                standing.resumeExecuting();
                tools.effects().retryNow();
            }
            case Signal.LookAgain _ -> {
                // Waking up was all.
            }
        }
    }

    /** Jobs whose programs nobody sees say so until they are found again. */
    private void hinderUnseen() {
        for (Job job : standing.table().jobs()) {
            if (job.state() instanceof JobState.Executing && !changes.containsKey(job.id())) {
                decide(job, new JobEvent.Hindered(Trouble.ENGINE_AWAY), tools.clock().instant());
            }
        }
    }

    private void readStore() {
        standing.readFlags();
        standing.add(tools.store().openJobs());
        readOrders();
    }

    private void happened(JobId id, JobEvent event, Instant heardAt) {
        find(id, event)
                .ifPresentOrElse(
                        job -> decide(job, event, timeOf(event, heardAt)),
                        () -> log.debug("job {} is not open; ignored: {}", id, event));
    }

    /** A finished job is not in the table; one that is retried is taken in again. */
    private Optional<Job> find(JobId id, JobEvent event) {
        return event instanceof JobEvent.Retried
                ? tools.store().job(id)
                : standing.table().find(id);
    }

    /** The executor's own time where it gave one, but never a time that is still to come. */
    private static Instant timeOf(JobEvent event, Instant heardAt) {
        Instant told =
                switch (event) {
                    case JobEvent.ProgramStarted(var at) -> at;
                    case JobEvent.ProgramExited(_, var at) -> at;
                    default -> heardAt;
                };
        return told.isAfter(heardAt) ? heardAt : told;
    }

    private void decide(Job job, JobEvent event, Instant at) {
        job.after(event, at)
                .ifPresent(next -> {
                    changes.put(job.id(), next);
                    if (event instanceof JobEvent.Remark) {
                        remarked.add(job.id());
                    }
                });
    }

    /** The changed jobs that have come into another state. */
    private Stream<Job> moved() {
        return changes.values().stream().filter(job -> !remarked.contains(job.id()));
    }

    private void readOrders() {
        for (StopOrder order : tools.store().openOrders()) {
            if (standing.carriedOut().contains(order.id())) {
                continue;
            }
            if (changes.containsKey(order.job())) {
                later.add(new Signal.OrdersGiven());
                continue;
            }
            openJob(order.job())
                    .ifPresent(job -> {
                        var stop = new JobEvent.StopRequested(order.why());
                        decide(job, stop, tools.clock().instant());
                    });
            ordersDone.add(order.id());
        }
        for (KeptOrder order : standing.kept().untouched(tools.store().openKeptOrders())) {
            tools.store().job(order.job()).ifPresent(job -> keptOrders.put(order, job));
        }
    }

    /** The order may be heard of before its job is. */
    private Optional<Job> openJob(JobId id) {
        if (!standing.table().contains(id)) {
            tools.store().job(id).map(List::of).ifPresent(standing::add);
        }
        return standing.table().find(id);
    }

    private void admit() {
        Instant now = tools.clock().instant();
        standing.postponements().forgetPast(now);
        var conditions = standing.conditions(tools.settings().data(), now);
        evict(conditions, now);
        stopOverruns(now);
        var admission =
                new Admission(
                        standing.table(),
                        conditions,
                        tools.settings().capacity(),
                        job ->
                                changes.containsKey(job.id())
                                        || standing.postponements().contains(job.id(), now));
        for (Admission.Decision decision : decisions(admission, now)) {
            if (changes.containsKey(decision.job().id())) {
                continue;
            }
            decide(decision.job(), decision.event(), now);
            if (decision.event() instanceof JobEvent.DependencyLost) {
                failDependents(decision.job(), now);
            }
        }
    }

    /** A fault here must not hold back what has happened. */
    private static List<Admission.Decision> decisions(Admission admission, Instant now) {
        try {
            return admission.decide(now);
        } catch (RuntimeException e) {
            log.error("who starts next could not be decided; nothing starts", e);
            return List.of();
        }
    }

    private void evict(Conditions conditions, Instant now) {
        var eviction =
                new Eviction(standing.orders(), tools.settings().delays().maintenanceGrace());
        for (Job job : standing.table().jobs()) {
            if (!changes.containsKey(job.id())) {
                eviction.of(job, conditions, now)
                        .ifPresent(why -> decide(job, new JobEvent.StopRequested(why), now));
            }
        }
    }

    private void stopOverruns(Instant now) {
        TimeLimit limit = tools.settings().limits().programs();
        for (Job job : standing.table().jobs()) {
            if (!changes.containsKey(job.id())) {
                limit.reached(job, now).ifPresent(event -> decide(job, event, now));
            }
        }
    }

    /** A long chain of jobs fails in one round, not in one for each. */
    private void failDependents(Job lost, Instant now) {
        Deque<Job> failing = new ArrayDeque<>();
        failing.add(lost);
        while (!failing.isEmpty()) {
            Job need = failing.remove();
            var event =
                    new JobEvent.DependencyLost(new DependencyFailed(need.definition().action()));
            for (Job dependent : standing.table().dependentsOf(need.id())) {
                Job changed = changes.get(dependent.id());
                if (changed == null || !changed.isDone()) {
                    decide(dependent, event, now);
                    failing.add(dependent);
                }
            }
        }
    }

    // Act

    private void act() {
        Instant now = tools.clock().instant();
        for (Job job : changes.values()) {
            if (remarked.contains(job.id())) {
                standing.note(job);
            } else {
                standing.update(job);
                postpone(job, now);
            }
            Narrator.tell(job);
        }
        moved().forEach(this::launch);
        for (Job job : standing.takeToResume()) {
            tools.steps().resume(job).ifPresent(step -> tools.effects().launch(job, step));
        }
        lookAfterKept(now);
        standing.orderNews().tell(standing.orders(), standing.table().jobs(), now);
    }

    private void lookAfterKept(Instant now) {
        if (changes.values().stream().anyMatch(Pass::isBroken)) {
            standing.keptHasChanged();
        }
        keptOrders.forEach((order, job) -> {
            if (standing.kept().takeInHand(order)) {
                tools.effects().launch(job, tools.steps().of(order));
            }
        });
        for (Job job : standing.kept().takeOver(now)) {
            log.info("what job {} has left was kept long enough and is removed", job.id());
            tools.effects().launch(job, tools.steps().remove());
        }
    }

    private static boolean isBroken(Job job) {
        return job.state() instanceof JobState.Failed(_, _, FailureReason.Platform _);
    }

    private void launch(Job job) {
        boolean clean = job.isDone() && standing.wasUntouched(job);
        Optional<Step> step = clean ? Optional.of(tools.steps().tidied()) : tools.steps().of(job);
        step.ifPresent(found -> tools.effects().launch(job, found));
    }

    private void postpone(Job job, Instant now) {
        switch (job.state()) {
            case JobState.Waiting(WaitReason.Platform cause)
                    when !cause.equals(Admission.EXECUTOR_AWAY) ->
                    standing.postponements().postpone(job.id(), now);
            case JobState.Preparing _ -> {
                // It may meet the same trouble again.
            }
            case JobState _ -> standing.postponements().forget(job.id());
        }
    }

    /** An order that cannot be closed now is closed in another round, and not carried out again. */
    private void closeOrders() {
        standing.carriedOut().addAll(ordersDone);
        try {
            standing.confirmFlags(tools.clock().instant());
            if (standing.carriedOut().isEmpty()) {
                return;
            }
            tools.store().closeOrders(standing.carriedOut(), tools.clock().instant());
            standing.carriedOut().clear();
        } catch (StoreException e) {
            log.warn("orders that were carried out could not be closed; closed later", e);
        }
    }
}

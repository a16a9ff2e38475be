package org.securebackend.runner.sync;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.securebackend.runner.executor.Executor;
import org.securebackend.runner.executor.ExecutorException;
import org.securebackend.runner.job.CodeLocation;
import org.securebackend.runner.job.EffectPoint;
import org.securebackend.runner.job.FailureReason;
import org.securebackend.runner.job.FaultPoints;
import org.securebackend.runner.job.ImageDigest;
import org.securebackend.runner.job.ImageName;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobDefinition;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.JobRequest;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.job.Success;
import org.securebackend.runner.job.Work;
import org.securebackend.runner.job.WorkspaceName;
import org.securebackend.runner.pipeline.ActionName;
import org.securebackend.runner.pipeline.Pipeline;
import org.securebackend.runner.pipeline.PipelineParser;
import org.securebackend.runner.pipeline.PipelineReading;
import org.securebackend.runner.pipeline.RunCommand;
import org.securebackend.runner.planning.JobPlanner;
import org.securebackend.runner.planning.Plan;
import org.securebackend.runner.planning.Plan.PlannedAction;
import org.securebackend.runner.source.SourceRefusedException;
import org.securebackend.runner.source.SourceUnavailableException;
import org.securebackend.runner.source.StudySource;
import org.securebackend.runner.store.JobStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns a request into jobs: fetches the study, reads its project.yaml, plans, and saves. Whatever
 * is wrong with a request becomes a job that says so; only trouble that may pass is thrown.
 * Requests of one workspace must be taken in one after the other.
 */
public final class Intake {
    private static final Logger log = LoggerFactory.getLogger(Intake.class);

    private static final String PROJECT_FILE = "project.yaml";

    private final StudySource source;
    private final JobStore store;
    private final Executor executor;
    private final ActionCommands commands;
    private final RequestChecks checks;
    private final InstantSource clock;
    private final FaultPoints faults;

    /** What a request is turned into jobs with. */
    public record Tools(
            StudySource source,
            JobStore store,
            Executor executor,
            InstantSource clock,
            FaultPoints faults) {

        /** Where nothing is broken on purpose. */
        public Tools(StudySource source, JobStore store, Executor executor, InstantSource clock) {
            this(source, store, executor, clock, FaultPoints.NONE);
        }
    }

    public Intake(Tools tools, ActionCommands commands, RequestChecks checks) {
        this.source = tools.source();
        this.store = tools.store();
        this.executor = tools.executor();
        this.clock = tools.clock();
        this.faults = tools.faults();
        this.commands = commands;
        this.checks = checks;
    }

    /**
     * Plans a request and saves it with its jobs.
     *
     * @return the saved jobs; none if the request was known already
     * @throws SourceUnavailableException if its code cannot be fetched now
     */
    public List<Job> take(JobRequest request) {
        faults.reach(EffectPoint.REQUEST_TAKEN);
        List<Job> jobs;
        try {
            jobs = plan(request);
        } catch (RefusedRequestException e) {
            log.info("request {} is refused: {}", request.id(), e.getMessage());
            jobs = List.of(error(request, e.reason()));
        } catch (SourceRefusedException e) {
            log.info("request {} is refused: {}", request.id(), e.getMessage());
            jobs =
                    List.of(
                            error(
                                    request,
                                    requestError(e.errorClass(), String.valueOf(e.getMessage()))));
        }
        faults.reach(EffectPoint.REQUEST_PLANNED);
        boolean added = store.add(request, jobs);
        faults.reach(EffectPoint.REQUEST_SAVED);
        return added ? jobs : List.of();
    }

    /** Saves a request that cannot be planned, with one job that says why. */
    public List<Job> refuse(JobRequest request, String errorClass, String text) {
        List<Job> jobs = List.of(error(request, requestError(errorClass, text)));
        return store.add(request, jobs) ? jobs : List.of();
    }

    /** As {@link #refuse}, for a fault of ours; the user gets a reference, the log the cause. */
    public List<Job> refuse(JobRequest request, RuntimeException failure) {
        String reference = UUID.randomUUID().toString().substring(0, 8);
        log.error("request {} could not be planned [{}]", request.id(), reference, failure);
        return refuse(
                request,
                "JobRequestError",
                "Internal error: the backend could not plan this request (reference for support: %s)"
                        .formatted(reference));
    }

    private List<Job> plan(JobRequest request) {
        checks.check(request);
        CodeLocation study =
                source.checkStudy(request.repositoryUrl(), request.branch(), request.commit());
        Pipeline pipeline = pipeline(study);
        var workspace = new WorkspaceName(request.workspace());
        Plan plan = JobPlanner.plan(request, pipeline, store.latestRuns(workspace));
        return switch (plan) {
            case Plan.Run(var actions) -> jobs(request, study, pipeline, actions);
            case Plan.NothingToDo(var why) -> List.of(nothingToDo(request, why));
            case Plan.UnknownActions unknown -> throw unknownActions(unknown);
        };
    }

    private Pipeline pipeline(CodeLocation study) {
        byte[] file =
                source.file(study, PROJECT_FILE)
                        .orElseThrow(() ->
                                new RefusedRequestException(
                                        "JobRequestError",
                                        "No project.yaml at the root of the repository at commit "
                                                + study.commit()));
        return switch (PipelineParser.read(file)) {
            case PipelineReading.Valid valid -> valid.pipeline();
            case PipelineReading.Invalid invalid ->
                    throw new RefusedRequestException(
                            "ProjectValidationError", ProblemText.of(invalid.problems()));
        };
    }

    private List<Job> jobs(
            JobRequest request, CodeLocation study, Pipeline pipeline, List<PlannedAction> plan) {
        requireFreshCodelists(request, plan);
        Instant now = clock.instant();
        var images = new HashMap<ImageName, Optional<ImageDigest>>();
        var jobs = new ArrayList<Job>(plan.size());
        for (PlannedAction planned : plan) {
            ActionCommands.Resolved resolved = commands.resolve(planned.action(), pipeline);
            var work =
                    new Work(
                            new WorkspaceName(request.workspace()),
                            study,
                            resolved.reusableAction(),
                            resolved.command(),
                            planned.action().outputs(),
                            planned.needs(),
                            planned.action().databaseAction(),
                            request.databaseName());
            ActionName name = planned.action().name();
            var job =
                    Job.waiting(
                            new JobDefinition(
                                    JobId.of(request.id(), name.value()),
                                    request.id(),
                                    name,
                                    now,
                                    Optional.of(work)));
            jobs.add(image(resolved.command(), images).map(job::running).orElse(job));
        }
        return jobs;
    }

    /**
     * Pins the image now; one that is missing, or cannot be asked for, is looked for again later.
     */
    private Optional<ImageDigest> image(
            RunCommand command, Map<ImageName, Optional<ImageDigest>> known) {
        return known.computeIfAbsent(
                commands.image(command),
                name -> {
                    try {
                        return executor.findImage(name);
                    } catch (ExecutorException e) {
                        log.warn("image {} cannot be looked up now", name, e);
                        return Optional.empty();
                    }
                });
    }

    private static void requireFreshCodelists(JobRequest request, List<PlannedAction> plan) {
        if (request.codelistsOk()) {
            return;
        }
        plan.stream()
                .filter(planned -> planned.action().databaseAction())
                .findFirst()
                .ifPresent(planned -> {
                    throw new RefusedRequestException(
                            new FailureReason.StaleCodelists(planned.action().name()));
                });
    }

    private Job nothingToDo(JobRequest request, Success why) {
        Instant now = clock.instant();
        return notice(
                request,
                new ActionName(request.requestedActions().getFirst()),
                new JobState.Succeeded(Optional.of(now), now, why));
    }

    private Job error(JobRequest request, FailureReason reason) {
        Instant now = clock.instant();
        return notice(
                request,
                JobDefinition.ERROR_ACTION,
                new JobState.Failed(Optional.of(now), now, reason));
    }

    /** A job without work, over when it was made. */
    private static Job notice(JobRequest request, ActionName name, JobState.Done end) {
        return Job.over(
                new JobDefinition(
                        JobId.of(request.id(), name.value()),
                        request.id(),
                        name,
                        end.finishedAt(),
                        Optional.empty()),
                end);
    }

    private static FailureReason requestError(String errorClass, String text) {
        return new FailureReason.RequestError(errorClass, text);
    }

    private static RefusedRequestException unknownActions(Plan.UnknownActions unknown) {
        return new RefusedRequestException(
                "UnknownActionError",
                "project.yaml has no action %s; it has: %s"
                        .formatted(
                                String.join(", ", unknown.names()),
                                String.join(", ", unknown.known())));
    }
}

package org.securebackend.runner.job;

/**
 * The places in a job's life where a fault is worse than elsewhere: something was done that is not
 * saved yet, or saved that is not done yet. Whoever adds a step or a state has to name its places
 * here; the fault matrix then breaks everything at each of them.
 */
public enum EffectPoint {
    /** The request is taken in; nothing is fetched, planned or saved. */
    REQUEST_TAKEN,
    /** The request's plan is made; nothing is saved. */
    REQUEST_PLANNED,
    /** The request and its jobs are saved; nobody was told. */
    REQUEST_SAVED,

    PREPARE_BEGUN,
    /** The study's files are in the workspace; the inputs are not. */
    CODE_WRITTEN,
    WORKSPACE_READY,
    START_BEGUN,
    /** The program runs; nobody knows. */
    PROGRAM_STARTED,
    FIND_BEGUN,
    /** It is known what became of the program; nobody was told. */
    PROGRAM_FOUND,
    COLLECT_BEGUN,
    /** The outputs are copied aside; what they are is not saved. */
    OUTPUTS_COPIED,
    /** What the outputs are is saved; the job's state does not know. */
    RESULTS_SAVED,
    PUBLISH_BEGUN,
    /** The outputs are in place; the log is not. */
    OUTPUTS_IN_PLACE,
    LOG_SAVED,
    STOP_BEGUN,
    /** The program is gone; what it left is not. */
    PROGRAM_STOPPED,
    STOP_DONE,
    TIDY_BEGUN,
    /** Container and workspace are gone; the store does not know. */
    LEFTOVERS_REMOVED,

    SAVED_WAITING,
    SAVED_PREPARING,
    SAVED_PREPARED,
    SAVED_EXECUTING,
    SAVED_EXECUTED,
    SAVED_COLLECTING,
    SAVED_PUBLISHING,
    SAVED_STOPPING,
    SAVED_SUCCEEDED,
    SAVED_FAILED,

    /** The server has taken a report; that is not noted. */
    REPORT_TAKEN;

    /** Before the work of a step begins. */
    public static EffectPoint begin(StepKind kind) {
        return switch (kind) {
            case PREPARE -> PREPARE_BEGUN;
            case START -> START_BEGUN;
            case FIND -> FIND_BEGUN;
            case COLLECT -> COLLECT_BEGUN;
            case PUBLISH -> PUBLISH_BEGUN;
            case STOP -> STOP_BEGUN;
            case TIDY -> TIDY_BEGUN;
        };
    }

    /** The state is saved, and nothing that follows from it was done. */
    public static EffectPoint saved(JobState state) {
        return switch (state) {
            case JobState.Waiting _ -> SAVED_WAITING;
            case JobState.Preparing _ -> SAVED_PREPARING;
            case JobState.Prepared _ -> SAVED_PREPARED;
            case JobState.Executing _ -> SAVED_EXECUTING;
            case JobState.Executed _ -> SAVED_EXECUTED;
            case JobState.Collecting _ -> SAVED_COLLECTING;
            case JobState.Publishing _ -> SAVED_PUBLISHING;
            // The same follows from both.
            case JobState.Stopping _, JobState.Overrunning _ -> SAVED_STOPPING;
            case JobState.Succeeded _ -> SAVED_SUCCEEDED;
            case JobState.Failed _ -> SAVED_FAILED;
        };
    }
}

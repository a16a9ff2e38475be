package org.securebackend.runner.job;

import java.util.List;
import java.util.Optional;
import org.securebackend.runner.pipeline.ActionName;
import org.securebackend.runner.pipeline.DataKind;
import org.securebackend.runner.pipeline.OutputSpec;
import org.securebackend.runner.pipeline.RunCommand;

/**
 * What a job has to do, checked and fixed when it was planned.
 *
 * @param study the study's code
 * @param reusableAction the reusable action's code, which then takes the place of the study's
 * @param command the whole command, extras and reusable action resolved
 * @param needs the jobs whose outputs are its inputs, in the order of {@code needs} in the file
 * @param requiresDatabase whether the action asks for the database; whether it gets it also depends
 *     on the backend
 */
public record Work(
        WorkspaceName workspace,
        CodeLocation study,
        Optional<CodeLocation> reusableAction,
        RunCommand command,
        OutputSpec outputs,
        List<Need> needs,
        boolean requiresDatabase,
        String databaseName) {

    public Work {
        needs = List.copyOf(needs);
    }

    /** The code that is put into the workspace. */
    public CodeLocation code() {
        return reusableAction.orElse(study);
    }

    /** Whether it gets the database that it asks for. */
    public boolean hasDatabaseAccess(DataKind data) {
        return data == DataKind.REAL && requiresDatabase;
    }

    /** One needed action, pinned to the job whose outputs are meant. */
    public record Need(ActionName action, JobId producer) {}
}

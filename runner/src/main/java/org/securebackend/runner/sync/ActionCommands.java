package org.securebackend.runner.sync;

import java.util.Optional;
import org.securebackend.runner.job.CodeLocation;
import org.securebackend.runner.job.ImageName;
import org.securebackend.runner.pipeline.Action;
import org.securebackend.runner.pipeline.Pipeline;
import org.securebackend.runner.pipeline.RunCommand;

/** Finds out what an action really runs: its extras, and its reusable action, resolved. */
public interface ActionCommands {

    /** The command of an action, and the reusable action's code if it is one. */
    Resolved resolve(Action action, Pipeline pipeline);

    /** The image of a resolved command, with the registry's prefix. */
    ImageName image(RunCommand command);

    /** A command that can be run. */
    record Resolved(RunCommand command, Optional<CodeLocation> reusableAction) {}
}

package org.securebackend.runner.sync;

import java.util.Optional;
import org.securebackend.runner.job.CodeLocation;
import org.securebackend.runner.job.ImageName;
import org.securebackend.runner.pipeline.Action;
import org.securebackend.runner.pipeline.AllowedImages;
import org.securebackend.runner.pipeline.DataKind;
import org.securebackend.runner.pipeline.Pipeline;
import org.securebackend.runner.pipeline.ReusableActionFile;
import org.securebackend.runner.pipeline.ReusableActionMessages;
import org.securebackend.runner.pipeline.RunCommand;
import org.securebackend.runner.pipeline.RunCommands;
import org.securebackend.runner.source.SourceRefusedException;
import org.securebackend.runner.source.StudySource;

/**
 * {@link ActionCommands} with reusable actions from their repositories (project-yaml, section 8).
 */
public final class SourceActionCommands implements ActionCommands {
    private static final String ACTION_FILE = "action.yaml";
    private static final String ERROR_CLASS = "ReusableActionError";

    private final StudySource source;
    private final String registry;
    private final DataKind data;

    /** {@code registry} is the prefix of every image. */
    public SourceActionCommands(StudySource source, String registry, DataKind data) {
        this.source = source;
        this.registry = registry;
        this.data = data;
    }

    @Override
    public Resolved resolve(Action action, Pipeline pipeline) {
        RunCommand command = RunCommands.resolve(action, pipeline, data);
        return AllowedImages.contains(command.image())
                ? new Resolved(command, Optional.empty())
                : reusable(action, command);
    }

    private Resolved reusable(Action action, RunCommand command) {
        var messages = new ReusableActionMessages(action.name(), command);
        CodeLocation code = locate(messages, command);
        byte[] file = source.file(code, ACTION_FILE).orElseThrow(() -> refused(messages.noFile()));
        return switch (ReusableActionFile.read(file)) {
            case ReusableActionFile.Reading.Invalid(var cause) ->
                    throw refused(messages.invalid(cause));
            case ReusableActionFile.Reading.Valid(var read) ->
                    switch (read.combinedWith(command)) {
                        case ReusableActionFile.Combination.Refused(var cause) ->
                                throw refused(messages.invalid(cause));
                        case ReusableActionFile.Combination.Command(var combined) ->
                                new Resolved(combined, Optional.of(code));
                    };
        };
    }

    /** The source's own message says what is wrong; ours says where. */
    private CodeLocation locate(ReusableActionMessages messages, RunCommand command) {
        try {
            return source.checkAction(command.image(), command.version());
        } catch (SourceRefusedException e) {
            throw new SourceRefusedException(
                    e.errorClass(), messages.about(String.valueOf(e.getMessage())), e);
        }
    }

    private static RefusedRequestException refused(String text) {
        return new RefusedRequestException(ERROR_CLASS, text);
    }

    @Override
    public ImageName image(RunCommand command) {
        return ImageName.of(registry, command);
    }
}

package org.securebackend.runner.pipeline;

/**
 * Why a reusable action cannot be used, for the study's author. Each names the job's action and the
 * first word of its command (project-yaml spec, section 8).
 *
 * @param action the study's action
 * @param command its command
 */
public record ReusableActionMessages(ActionName action, RunCommand command) {

    public String noFile() {
        return about("it is not a reusable action: there is no action.yaml");
    }

    /**
     * Its file is wrong.
     *
     * @param cause in one or more lines
     */
    public String invalid(String cause) {
        return about(
                "it is not valid, please open an issue in the repository of "
                        + command.image()
                        + ":\n  "
                        + cause.replace("\n", "\n  "));
    }

    /** Any other message. */
    public String about(String message) {
        return "%s: %s:%s: %s".formatted(action, command.image(), command.version(), message);
    }
}

package org.securebackend.runner.pipeline;

/**
 * Why a reusable action cannot be used, for the study's author. Each names the job's action and the
 * first word of its command (project-yaml spec, section 8).
 *
 * @param action the study's action
 * @param command its command
 */
public record ReusableActionMessages(ActionName action, RunCommand command) {

    public String invalidName() {
        return with("the name has characters that no reusable action has");
    }

    public String repositoryUnreachable() {
        return with(
                "its repository could not be read; https://actions.opensafely.org lists the"
                        + " actions that there are");
    }

    public String unknownTag() {
        return with("it has no tag \"" + command.version() + "\"");
    }

    public String unapprovedTag() {
        return with("the tag \"" + command.version() + "\" is not approved: not merged into main");
    }

    public String unverifiedTag() {
        return with("the tag \"" + command.version() + "\" could not be checked");
    }

    public String noFile() {
        return with("it is not a reusable action: there is no action.yaml");
    }

    public String unreadableFile() {
        return with("its action.yaml could not be read");
    }

    /**
     * Its file is wrong.
     *
     * @param cause in one or more lines
     */
    public String invalid(String cause) {
        return with(
                "it is not valid, please open an issue in the repository of "
                        + command.image()
                        + ":\n  "
                        + cause.replace("\n", "\n  "));
    }

    private String with(String message) {
        return "%s: %s:%s: %s".formatted(action, command.image(), command.version(), message);
    }
}

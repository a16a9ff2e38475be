package org.securebackend.runner.source;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.securebackend.runner.source.SourceSettings.LocalRepositories;

/**
 * Which repositories may be used (project-yaml.md section 8). Everything that is not exactly of the
 * expected form is refused; nothing is repaired but one final slash.
 */
final class UrlPolicy {
    private static final String NAME = "(?!-)(?!\\.{1,2}/?$)[A-Za-z0-9._-]{1,100}";
    private static final Pattern GITHUB =
            Pattern.compile(
                    "(https://github\\.com/([A-Za-z0-9][A-Za-z0-9-]{0,99})/" + NAME + ")/?");
    private static final Pattern ACTION_NAME = Pattern.compile(NAME);
    private static final Pattern LOCAL =
            Pattern.compile("((?:file://)?/[^\\p{Cntrl}]*[^/\\p{Cntrl}])/?");

    private final SourceSettings settings;

    UrlPolicy(SourceSettings settings) {
        this.settings = settings;
    }

    /** A study's repository. A refusal repeats nothing of {@code url}, which may hold a secret. */
    RepositoryUrl study(String url) {
        return github(url).or(() -> local(url)).orElseThrow(UrlPolicy::refused);
    }

    /** The repository of a reusable action, unless its name has characters that none can have. */
    Optional<RepositoryUrl> action(String name) {
        return ACTION_NAME.matcher(name).matches()
                ? Optional.of(new RepositoryUrl(actionsPrefix() + name))
                : Optional.empty();
    }

    /** A repository of a job that was checked when it was made; checked again. */
    RepositoryUrl known(String url) {
        String prefix = actionsPrefix();
        return url.startsWith(prefix)
                ? action(url.substring(prefix.length())).orElseThrow(UrlPolicy::refused)
                : study(url);
    }

    /** Whether it is one of a reusable action. */
    boolean isAction(RepositoryUrl repository) {
        return repository.text().startsWith(actionsPrefix());
    }

    private String actionsPrefix() {
        return settings.actions().organisationUrl() + "/";
    }

    private Optional<RepositoryUrl> github(String url) {
        Matcher matcher = GITHUB.matcher(url);
        return matcher.matches() && settings.allowedOrganisations().contains(matcher.group(2))
                ? Optional.of(new RepositoryUrl(matcher.group(1)))
                : Optional.empty();
    }

    private Optional<RepositoryUrl> local(String url) {
        Matcher matcher = LOCAL.matcher(url);
        return settings.localRepositories() == LocalRepositories.ALLOWED && matcher.matches()
                ? Optional.of(new RepositoryUrl(matcher.group(1)))
                : Optional.empty();
    }

    private static SourceRefusedException refused() {
        return new SourceRefusedException(
                "GithubValidationError",
                "The repository must be given as https://github.com/ORGANISATION/NAME, with an"
                        + " organisation whose studies may run here",
                null);
    }
}

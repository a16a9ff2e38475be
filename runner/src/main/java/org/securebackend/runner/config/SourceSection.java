package org.securebackend.runner.config;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Where studies' code may come from.
 *
 * @param allowedOrganisations whose repositories may hold studies; letter case counts
 * @param actionsUrl organisation of reusable actions, without a final slash
 * @param actionsBranch the branch that an action's commit must have reached
 * @param rewrites where git traffic goes instead; what is checked and recorded stays as it was
 * @param token of the git host; sent only to {@code tokenHost}, only over https
 * @param patience how long a study's code may be out of reach before its request fails
 */
public record SourceSection(
        List<String> allowedOrganisations,
        String actionsUrl,
        String actionsBranch,
        List<Rewrite> rewrites,
        Optional<Secret> token,
        String tokenHost,
        LocalRepositories localRepositories,
        Duration patience) {

    private static final Setting<List<String>> ORGANISATIONS =
            Setting.of("source.allowed_organisations", Forms.TEXTS)
                    .variable("ALLOWED_GITHUB_ORGS")
                    .emptyIsAValue();
    private static final Setting<URI> ACTIONS_URL = Setting.of("source.actions_url", Forms.WEB_URL);
    private static final Setting<String> ACTIONS_BRANCH =
            Setting.of("source.actions_branch", Forms.TEXT);
    private static final Setting<List<Rewrite>> REWRITE =
            Setting.of("source.rewrite", Rewrite.FORM).variable("GIT_URL_REWRITE").emptyIsAValue();
    private static final Setting<Secret> TOKEN =
            Setting.secret("source.token").variable("PRIVATE_REPO_ACCESS_TOKEN");
    private static final Setting<String> TOKEN_HOST = Setting.of("source.token_host", Forms.TEXT);
    private static final Setting<LocalRepositories> LOCAL =
            Setting.of("source.local_repositories", Forms.choice(LocalRepositories.class));
    private static final Setting<Duration> PATIENCE =
            Setting.of("source.patience", Forms.DURATION_OF);

    /** The proxy that secure backends may reach; they have no way to the git host itself. */
    private static final List<Rewrite> PROXY =
            List.of(new Rewrite("https://github.com/", "https://github-proxy.opensafely.org/"));

    public SourceSection {
        allowedOrganisations = List.copyOf(allowedOrganisations);
        rewrites = List.copyOf(rewrites);
    }

    /** Whether a study's URL may be a path of this host: for development only. */
    public enum LocalRepositories {
        REFUSED,
        ALLOWED
    }

    static SourceSection read(SettingReader settings) {
        List<String> organisations = settings.get(ORGANISATIONS, List.of("opensafely"));
        String actionsUrl =
                settings.get(ACTIONS_URL, URI.create("https://github.com/opensafely-actions"))
                        .toString();
        return new SourceSection(
                organisations,
                actionsUrl.replaceAll("/+$", ""),
                settings.get(ACTIONS_BRANCH, "main"),
                settings.get(REWRITE, PROXY),
                settings.find(TOKEN),
                settings.get(TOKEN_HOST, "github-proxy.opensafely.org"),
                settings.get(LOCAL, LocalRepositories.REFUSED),
                settings.get(PATIENCE, Duration.ofMinutes(15)));
    }
}

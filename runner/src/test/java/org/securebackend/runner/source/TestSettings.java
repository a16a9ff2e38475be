package org.securebackend.runner.source;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.securebackend.runner.source.SourceSettings.AccessToken;
import org.securebackend.runner.source.SourceSettings.Actions;
import org.securebackend.runner.source.SourceSettings.Limits;
import org.securebackend.runner.source.SourceSettings.LocalRepositories;
import org.securebackend.runner.source.SourceSettings.Rewrite;
import org.securebackend.runner.source.SourceSettings.Timeouts;

/** Settings that send the traffic for studies and actions somewhere in a test. */
final class TestSettings {
    static final String STUDIES = "https://github.com/opensafely";
    static final String ACTIONS = "https://github.com/opensafely-actions";

    private TestSettings() {}

    /** Repositories of studies and actions all lie in {@code place}. */
    static SourceSettings at(Path cache, String place) {
        return new SourceSettings(
                cache,
                List.of("opensafely"),
                Actions.DEFAULT,
                List.of(new Rewrite(STUDIES, place), new Rewrite(ACTIONS, place)),
                Optional.empty(),
                LocalRepositories.REFUSED,
                new Timeouts(Duration.ofSeconds(10), Duration.ofSeconds(60)),
                Limits.DEFAULT);
    }

    static SourceSettings with(SourceSettings base, Limits limits) {
        return new SourceSettings(
                base.cacheDirectory(),
                base.allowedOrganisations(),
                base.actions(),
                base.rewrites(),
                base.token(),
                base.localRepositories(),
                base.timeouts(),
                limits);
    }

    static SourceSettings with(SourceSettings base, Timeouts timeouts) {
        return new SourceSettings(
                base.cacheDirectory(),
                base.allowedOrganisations(),
                base.actions(),
                base.rewrites(),
                base.token(),
                base.localRepositories(),
                timeouts,
                base.limits());
    }

    static SourceSettings with(SourceSettings base, AccessToken token) {
        return new SourceSettings(
                base.cacheDirectory(),
                base.allowedOrganisations(),
                base.actions(),
                base.rewrites(),
                Optional.of(token),
                base.localRepositories(),
                base.timeouts(),
                base.limits());
    }

    static SourceSettings withLocal(SourceSettings base) {
        return new SourceSettings(
                base.cacheDirectory(),
                base.allowedOrganisations(),
                base.actions(),
                List.of(),
                base.token(),
                LocalRepositories.ALLOWED,
                base.timeouts(),
                base.limits());
    }
}

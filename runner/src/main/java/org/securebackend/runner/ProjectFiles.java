package org.securebackend.runner;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.securebackend.runner.config.ConfigFile;
import org.securebackend.runner.config.ConfigReading;
import org.securebackend.runner.devserver.PipelineText;
import org.securebackend.runner.job.CodeLocation;
import org.securebackend.runner.job.CommitId;
import org.securebackend.runner.source.GitStudySource;
import org.securebackend.runner.source.SourceException;
import org.securebackend.runner.source.SourceSettings;
import org.securebackend.runner.source.StudySource;
import org.slf4j.LoggerFactory;

/**
 * The project.yaml of studies for the development server's page, fetched the way the daemon would,
 * as far as the environment says how ({@code GIT_URL_REWRITE} and the like).
 */
final class ProjectFiles implements PipelineText {
    private final Map<String, String> environment;
    private @Nullable StudySource source;

    ProjectFiles(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    @Override
    public Optional<String> of(String repository, String commit) {
        if (!CommitId.isValid(commit)) {
            return Optional.empty();
        }
        try {
            return source().file(new CodeLocation(repository, new CommitId(commit)), "project.yaml")
                    .map(bytes -> new String(bytes, StandardCharsets.UTF_8));
        } catch (SourceException e) {
            LoggerFactory.getLogger(ProjectFiles.class)
                    .info("project.yaml cannot be shown: {}", e.getMessage());
            return Optional.empty();
        }
    }

    private synchronized StudySource source() {
        if (source == null) {
            source = new GitStudySource(settings());
        }
        return source;
    }

    /** The daemon's settings, with a cache beside the daemon's own. */
    private SourceSettings settings() {
        return switch (ConfigFile.read(Optional.empty(), environment)) {
            case ConfigReading.Valid(var config, _) -> {
                Path cache = config.backend().workDirectory().resolve("dev-server-repos");
                yield ConfiguredSettings.partsOf(config).study().source().cachedIn(cache);
            }
            case ConfigReading.Invalid(var problems) ->
                    throw new IllegalArgumentException(
                            "the environment has problems: " + problems.getFirst());
        };
    }
}

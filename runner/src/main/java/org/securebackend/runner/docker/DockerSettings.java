package org.securebackend.runner.docker;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How the executor uses a Docker engine.
 *
 * @param engine {@code unix:///var/run/docker.sock} or {@code tcp://host:port}
 * @param callTimeout within which the engine must answer; for streams, between two pieces
 * @param database empty: no program may have a database
 * @param instance marks this runner's containers, so that several runners can share one engine;
 *     must stay the same over restarts. Letters, digits, {@code . _ -}
 */
public record DockerSettings(
        URI engine,
        Duration callTimeout,
        WorkspacePlace workspaces,
        ContainerUser user,
        ProgramLimits limits,
        Optional<DatabaseNetwork> database,
        PullPolicy pull,
        String instance) {
    /** Where engines listen unless told otherwise. */
    public static final URI DEFAULT_ENGINE = URI.create("unix:///var/run/docker.sock");

    /** Spec, section 5. */
    public static final Duration DEFAULT_CALL_TIMEOUT = Duration.ofMinutes(5);

    private static final String PROBES = ".doctor";
    private static final int LONGEST_INSTANCE = 100;
    private static final Pattern INSTANCE = Pattern.compile("[A-Za-z0-9._-]{1,100}");

    public DockerSettings {
        if (callTimeout.isNegative() || callTimeout.isZero()) {
            throw new IllegalArgumentException("the engine must be given time to answer");
        }
        if (!INSTANCE.matcher(instance).matches()) {
            throw new IllegalArgumentException("not a name for a runner: " + instance);
        }
    }

    /** These, for somebody who does not wait longer than {@code most} for an answer. */
    public DockerSettings impatient(Duration most) {
        return new DockerSettings(
                engine,
                callTimeout.compareTo(most) < 0 ? callTimeout : most,
                workspaces,
                user,
                limits,
                database,
                pull,
                instance);
    }

    /**
     * The same for containers that only look around: under a mark of their own, and nothing is
     * fetched for them.
     *
     * @param longestCall within which the engine must answer, if not sooner
     */
    public DockerSettings forProbes(Duration longestCall) {
        int length = Math.min(instance.length(), LONGEST_INSTANCE - PROBES.length());
        return new DockerSettings(
                engine,
                callTimeout.compareTo(longestCall) < 0 ? callTimeout : longestCall,
                workspaces,
                user,
                limits,
                database,
                PullPolicy.NEVER,
                instance.substring(0, length) + PROBES);
    }

    /** The same for a runner of another instance. */
    DockerSettings marked(String otherInstance) {
        return new DockerSettings(
                engine, callTimeout, workspaces, user, limits, database, pull, otherInstance);
    }
}

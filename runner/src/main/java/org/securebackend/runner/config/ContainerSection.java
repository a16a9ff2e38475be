package org.securebackend.runner.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * The engine, and how programs run in it.
 *
 * @param engine {@code unix:///path} or {@code tcp://host:port}
 * @param callTimeout within which the engine must answer
 * @param volumeKind how a workspace gets into a container
 * @param userId of programs; empty: the daemon's own, or a plain one where that is root
 * @param groupId as {@code userId}
 * @param registry prefix of every image, without a final slash
 * @param instance marks this runner's containers; empty: derived from the backend's name
 */
public record ContainerSection(
        URI engine,
        Duration callTimeout,
        VolumeKind volumeKind,
        OptionalInt userId,
        OptionalInt groupId,
        String registry,
        Pull pull,
        Optional<String> instance,
        Bounds bounds) {

    /** How a workspace gets into a container. */
    public enum VolumeKind {
        /** A directory of the host. */
        BIND,
        /** A volume of the engine. */
        VOLUME
    }

    /** Whether images are fetched from the registry. */
    public enum Pull {
        NEVER,
        /** One that is not there. */
        MISSING
    }

    /**
     * What a program may use beside processors and memory.
     *
     * @param processes processes and threads at a time
     * @param logFileBytes size of one file of what it says
     * @param logFiles how many of those are kept
     * @param volumeBytes what a workspace in a volume may hold when it is collected
     */
    public record Bounds(int processes, long logFileBytes, int logFiles, long volumeBytes) {}

    private static final Pattern INSTANCE_FORM = Pattern.compile("[A-Za-z0-9._-]{1,100}");
    private static final Pattern REGISTRY_FORM =
            Pattern.compile("[a-z0-9][a-z0-9.-]*(?::[0-9]{1,5})?(?:/[a-z0-9][a-z0-9._-]*)*");

    private static final Setting<URI> ENGINE =
            Setting.of(
                    "containers.engine",
                    Forms.TEXT.map(ContainerSection::engineUrl, URI::toString));
    private static final Setting<String> EXECUTOR =
            Setting.of("containers.executor", Forms.TEXT.checked(ContainerSection::checkExecutor))
                    .variable("EXECUTOR");
    private static final Setting<Duration> CALL_TIMEOUT =
            Setting.of("containers.call_timeout", Forms.POSITIVE_DURATION);
    private static final Setting<VolumeKind> VOLUME_KIND =
            Setting.of(
                            "containers.volume_kind",
                            Forms.TEXT.map(
                                    ContainerSection::volumeKind,
                                    kind -> kind.name().toLowerCase(Locale.ROOT)))
                    .variable("LOCAL_VOLUME_API");
    private static final Setting<Integer> USER_ID =
            Setting.of("containers.user_id", Forms.integer(1, Integer.MAX_VALUE))
                    .variable("DOCKER_USER_ID");
    private static final Setting<Integer> GROUP_ID =
            Setting.of("containers.group_id", Forms.integer(1, Integer.MAX_VALUE))
                    .variable("DOCKER_GROUP_ID");
    private static final Setting<String> REGISTRY =
            Setting.of("containers.registry", Forms.TEXT.checked(ContainerSection::checkRegistry))
                    .variable("DOCKER_REGISTRY");
    private static final Setting<Pull> PULL =
            Setting.of("containers.pull", Forms.choice(Pull.class));
    private static final Setting<String> INSTANCE =
            Setting.of("containers.instance", Forms.TEXT.checked(ContainerSection::checkInstance));
    private static final Setting<Integer> PROCESSES =
            Setting.of("containers.max_processes", Forms.integer(1, 4_194_304));
    private static final Setting<Long> LOG_FILE_BYTES =
            Setting.of("containers.log_file_size", Forms.POSITIVE_SIZE);
    private static final Setting<Integer> LOG_FILES =
            Setting.of("containers.log_files", Forms.integer(2, 1000));

    private static final Setting<Long> VOLUME_BYTES =
            Setting.of("containers.max_volume_size", Forms.POSITIVE_SIZE);

    static ContainerSection read(SettingReader settings) {
        settings.get(EXECUTOR, "docker");
        return new ContainerSection(
                settings.get(ENGINE, URI.create("unix:///var/run/docker.sock")),
                settings.get(CALL_TIMEOUT, Duration.ofMinutes(5)),
                settings.get(VOLUME_KIND, VolumeKind.BIND),
                optionalInt(settings.find(USER_ID)),
                optionalInt(settings.find(GROUP_ID)),
                settings.get(REGISTRY, "ghcr.io/opensafely-core"),
                settings.get(PULL, Pull.NEVER),
                settings.find(INSTANCE),
                new Bounds(
                        settings.get(PROCESSES, 4096),
                        settings.get(LOG_FILE_BYTES, 20L << 20),
                        settings.get(LOG_FILES, 25),
                        settings.get(VOLUME_BYTES, 1L << 40)));
    }

    private static OptionalInt optionalInt(Optional<Integer> value) {
        return value.stream().mapToInt(Integer::intValue).findFirst();
    }

    private static String checkExecutor(String text) {
        if (!text.equals("docker") && !text.equals("jobrunner.executors.local:LocalDockerAPI")) {
            throw Forms.unfit("must be docker, the only executor there is", text);
        }
        return "docker";
    }

    private static VolumeKind volumeKind(String text) {
        return switch (text) {
            case "bind", "jobrunner.executors.volumes:BindMountVolumeAPI" -> VolumeKind.BIND;
            case "volume", "jobrunner.executors.volumes:DockerVolumeAPI" -> VolumeKind.VOLUME;
            default -> throw Forms.unfit("must be bind or volume", text);
        };
    }

    private static String checkRegistry(String text) {
        String plain = text.replaceAll("/+$", "");
        if (!REGISTRY_FORM.matcher(plain).matches()) {
            throw Forms.unfit(
                    "must be the beginning of an image's name, such as host/organisation, without https://",
                    text);
        }
        return plain;
    }

    private static String checkInstance(String text) {
        if (!INSTANCE_FORM.matcher(text).matches()) {
            throw Forms.unfit("must be 1 to 100 letters, digits, . _ or -", text);
        }
        return text;
    }

    private static URI engineUrl(String text) {
        try {
            URI url = new URI(text);
            String scheme = url.getScheme() == null ? "" : url.getScheme();
            boolean socket =
                    scheme.equals("unix") && url.getPath() != null && url.getPath().length() > 1;
            boolean network = scheme.equals("tcp") && url.getHost() != null && url.getPort() > 0;
            if (socket || network) {
                return url;
            }
        } catch (URISyntaxException _) {
            // Reported below.
        }
        throw Forms.unfit("must be unix:///path/of/socket or tcp://host:port", text);
    }
}

package org.securebackend.runner.docker;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import com.github.dockerjava.api.model.VolumeOptions;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.securebackend.runner.executor.ExecutorException;
import org.securebackend.runner.executor.ExecutorUnavailableException;
import org.securebackend.runner.executor.JobWorkspace.EntryVisitor;
import org.securebackend.runner.executor.Remains;
import org.securebackend.runner.executor.WorkspaceWriter;
import org.securebackend.runner.job.JobId;

/**
 * This runner's volumes. Each is held by a container that is made and never started, through which
 * the engine takes and gives archives of it. Those of others are never touched.
 */
final class Volumes {
    /** The volume's place within an archive of a holder's root. */
    static final String IN_ARCHIVE = "workspace/";

    private static final String TARGET = "/workspace";
    private static final String NAME_PREFIX = "os-volume-";
    private static final String ASIDE_SUFFIX = ".filling";

    /** A container must have a command; this one is not even in its image. */
    private static final String NO_COMMAND = "never-started";

    private static final Duration REMOVAL_TAKES_LONGER = Duration.ofMinutes(5);
    private static final Duration WHOLE_SECONDS = Duration.ofSeconds(1);

    /** Why a container holds a volume. An engine gives one archive of a container at a time. */
    private enum Holder {
        MANAGER("-manager"),
        /** For files that are read again while all are read. */
        SECOND_READER("-reader");

        private final String suffix;

        Holder(String suffix) {
            this.suffix = suffix;
        }

        String name(JobId job) {
            return Volumes.name(job) + suffix;
        }
    }

    private final Engine engine;
    private final Labels labels;
    private final HolderImage image;
    private final DockerSettings settings;
    private final InstantSource clock = InstantSource.system();

    Volumes(Engine engine, Labels labels, DockerSettings settings) {
        this.engine = engine;
        this.labels = labels;
        this.image = new HolderImage(engine);
        this.settings = settings;
    }

    /** What mounts a job's volume, which comes without anything that the image has there. */
    static Mount mount(JobId job) {
        return new Mount()
                .withType(MountType.VOLUME)
                .withSource(name(job))
                .withTarget(TARGET)
                .withVolumeOptions(new VolumeOptions().withNoCopy(true));
    }

    private static String name(JobId job) {
        return NAME_PREFIX + job.value();
    }

    boolean has(JobId job) {
        return find(job).filter(labels::areOnVolume).isPresent();
    }

    private Optional<JsonNode> find(JobId job) {
        return inspect("/volumes/" + name(job), name(job));
    }

    private Optional<JsonNode> find(JobId job, Holder holder) {
        String name = holder.name(job);
        return inspect("/containers/%s/json".formatted(name), name);
    }

    private Optional<JsonNode> inspect(String path, String name) {
        String what = "inspect " + name;
        return switch (engine.json(what, path)) {
            case Answer.Given<JsonNode>(var inspection) -> Optional.of(inspection);
            case Answer.NotFound<JsonNode> _ -> Optional.empty();
            case Answer.Conflict<JsonNode>(var message) -> throw Engine.refused(what, message);
        };
    }

    /** Makes an empty one. */
    void make(JobId job) {
        // The engine would hand out a stranger's volume of that name as if it had made it.
        if (find(job).isPresent()) {
            throw new ExecutorException(
                    "the volume %s belongs to somebody else".formatted(name(job)), null);
        }
        String what = "create " + name(job);
        Engine.orRefuse(
                what,
                engine.tell(
                        what,
                        client ->
                                client.createVolumeCmd()
                                        .withName(name(job))
                                        .withLabels(labels.ofWorkspaces())
                                        .exec()));
    }

    /** Begins to fill one that was just made. */
    WorkspaceWriter fill(JobId job) throws IOException {
        // Links may lead anywhere only if the archive is unpacked at the root.
        var upload =
                new ArchiveUpload(
                        engine, "fill " + name(job), archivePath(holder(job, Holder.MANAGER), "/"));
        try {
            var archive =
                    new TarOutput(upload, settings.user(), clock.instant().minus(WHOLE_SECONDS));
            return new VolumeWriter(upload, archive, aside(job));
        } catch (IOException | RuntimeException e) {
            upload.breakOff();
            throw e;
        }
    }

    private Path aside(JobId job) throws IOException {
        Path directory = settings.workspaces().directory();
        Files.createDirectories(directory);
        return directory.resolve(job.value() + ASIDE_SUFFIX);
    }

    void visit(JobId job, EntryVisitor visitor) throws IOException {
        try {
            new VolumeVisit(new Archives(job), settings.workspaces().volumeBytes()).show(visitor);
        } finally {
            removeHolder(job, Holder.SECOND_READER);
        }
    }

    private final class Archives implements VolumeVisit.Source {
        private final JobId job;

        Archives(JobId job) {
            this.job = job;
        }

        @Override
        public InputStream everything() {
            return archive(Holder.MANAGER, TARGET + "/.");
        }

        @Override
        public InputStream file(String path) {
            return archive(Holder.SECOND_READER, TARGET + "/" + path);
        }

        private InputStream archive(Holder holder, String path) {
            return new ArchiveDownload(
                    engine, "read " + name(job), archivePath(holder(job, holder), path));
        }
    }

    private static String archivePath(String container, String path) {
        return "/containers/%s/archive?path=%s"
                .formatted(container, URLEncoder.encode(path, UTF_8));
    }

    /** The id of a container that holds a job's volume; made if it is not there. */
    private String holder(JobId job, Holder holder) {
        Optional<JsonNode> present = find(job, holder);
        if (present.isEmpty()) {
            return create(job, holder);
        }
        if (!labels.areOn(present.get())) {
            throw new ExecutorException(
                    "the container %s belongs to somebody else".formatted(holder.name(job)), null);
        }
        return present.get().path("Id").asText();
    }

    private String create(JobId job, Holder holder) {
        String what = "create " + holder.name(job);
        String holderImage = image.find();
        HostConfig surroundings =
                HostConfig.newHostConfig().withNetworkMode("none").withMounts(List.of(mount(job)));
        return Engine.orRefuse(
                what,
                engine.ask(
                        what,
                        client ->
                                client.createContainerCmd(holderImage)
                                        .withName(holder.name(job))
                                        .withLabels(labels.ofWorkspaces())
                                        .withCmd(NO_COMMAND)
                                        .withHostConfig(surroundings)
                                        .exec()
                                        .getId()));
    }

    /** All of this runner that there are. */
    List<Remains> remains() {
        String what = "list volumes";
        ObjectNode filters = JsonNodeFactory.instance.objectNode();
        labels.filter().forEach(filters.withArray("label")::add);
        String path = "/volumes?filters=" + URLEncoder.encode(filters.toString(), UTF_8);
        var remains = new ArrayList<Remains>();
        for (JsonNode volume : Engine.orRefuse(what, engine.json(what, path)).path("Volumes")) {
            remainsOf(volume).ifPresent(remains::add);
        }
        return remains;
    }

    private static Optional<Remains> remainsOf(JsonNode volume) {
        String name = volume.path("Name").asText("");
        String job = name.startsWith(NAME_PREFIX) ? name.substring(NAME_PREFIX.length()) : "";
        return JobId.isValid(job)
                ? Optional.of(
                        Remains.idle(
                                new JobId(job),
                                "workspace",
                                "volume " + name,
                                OffsetDateTime.parse(volume.path("CreatedAt").asText())
                                        .toInstant()))
                : Optional.empty();
    }

    /** Returns when volume and holders are gone; fine if there are none. */
    void remove(JobId job) {
        if (!has(job)) {
            return;
        }
        for (Holder holder : Holder.values()) {
            removeHolder(job, holder);
        }
        requireGone(
                name(job),
                engine.tell(
                        "remove " + name(job),
                        REMOVAL_TAKES_LONGER,
                        client -> client.removeVolumeCmd(name(job)).exec()));
    }

    private void removeHolder(JobId job, Holder holder) {
        find(job, holder)
                .filter(labels::areOn)
                .map(present -> present.path("Id").asText())
                .ifPresent(id ->
                        requireGone(
                                holder.name(job),
                                engine.tell(
                                        "remove " + holder.name(job),
                                        REMOVAL_TAKES_LONGER,
                                        client ->
                                                client.removeContainerCmd(id)
                                                        .withForce(true)
                                                        .exec())));
    }

    private static void requireGone(String name, Answer<Engine.Done> answer) {
        switch (answer) {
            case Answer.Given<Engine.Done> _, Answer.NotFound<Engine.Done> _ -> {}
            case Answer.Conflict<Engine.Done>(var message) ->
                    throw new ExecutorUnavailableException(
                            "%s is not removed yet: %s".formatted(name, message), null);
        }
    }
}

package org.securebackend.runner;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.securebackend.runner.config.BackendSection;
import org.securebackend.runner.config.MaintenanceSection;
import org.securebackend.runner.config.RunnerConfig;
import org.securebackend.runner.docker.DockerExecutor;
import org.securebackend.runner.docker.DockerSettings;
import org.securebackend.runner.docker.EngineLook;
import org.securebackend.runner.docker.ProbeImage;
import org.securebackend.runner.doctor.Check;
import org.securebackend.runner.doctor.ConfigurationCheck;
import org.securebackend.runner.doctor.DatabaseNetworkCheck;
import org.securebackend.runner.doctor.EngineCheck;
import org.securebackend.runner.doctor.Examination;
import org.securebackend.runner.doctor.Finding;
import org.securebackend.runner.doctor.GitCheck;
import org.securebackend.runner.doctor.ImagesCheck;
import org.securebackend.runner.doctor.IsolationCheck;
import org.securebackend.runner.doctor.Probe;
import org.securebackend.runner.doctor.Probing;
import org.securebackend.runner.doctor.ServerCheck;
import org.securebackend.runner.doctor.StorageCheck;
import org.securebackend.runner.doctor.StoreCheck;
import org.securebackend.runner.job.ImageDigest;
import org.securebackend.runner.job.ImageName;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.pipeline.AllowedImages;
import org.securebackend.runner.server.ServerProbe;
import org.securebackend.runner.source.GitStudySource;
import org.securebackend.runner.store.SqliteJobStore;

/** Wires the checks of {@code doctor} to what this backend is set up with. */
final class HostExamination implements Closeable {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration LONGEST_CALL = Duration.ofSeconds(20);
    private static final int JOBS_LOOKED_AT = 50;
    private static final Map<String, Integer> USUAL_PORTS =
            Map.of("mssql", 1433, "presto", 8080, "trino", 8080, "postgresql", 5432);

    private final RunnerConfig config;
    private final ConfiguredSettings settings;
    private final DockerSettings docker;
    private final EngineLook engine;
    private final DockerExecutor executor;
    private @Nullable ProbeImage made;

    HostExamination(RunnerConfig config) {
        this.config = config;
        this.settings = ConfiguredSettings.partsOf(config);
        this.docker = settings.docker().forProbes(LONGEST_CALL);
        this.engine = new EngineLook(docker);
        this.executor = new DockerExecutor(docker);
    }

    List<Finding> findings() throws InterruptedException {
        return new Examination(LIMIT).of(checks());
    }

    private List<Check> checks() {
        Probing probing = this::probe;
        return List.of(
                configuration(),
                engineCheck(),
                images(),
                new IsolationCheck(
                        probing,
                        new IsolationCheck.Expected(
                                docker.user().toString(),
                                docker.limits().memoryBytes(),
                                docker.limits().processes())),
                new DatabaseNetworkCheck(probing, places()),
                storage(),
                server(),
                git(),
                new StoreCheck(config.backend().workDirectory(), WiredProduct.DATABASE));
    }

    private ConfigurationCheck configuration() {
        var doubts = new ArrayList<ConfigurationCheck.Doubt>();
        boolean real = config.backend().data() == BackendSection.Data.REAL;
        if (real && !config.databases().urls().containsKey("default")) {
            doubts.add(
                    new ConfigurationCheck.Doubt(
                            "the backend has real data, and no database default",
                            "set DEFAULT_DATABASE_URL, or databases.default_url_file"));
        }
        if (real
                && config.maintenance().check() == MaintenanceSection.Check.ON
                && !config.databases().urls().containsKey(config.maintenance().database())) {
            doubts.add(
                    new ConfigurationCheck.Doubt(
                            "maintenance.database names no database that has a URL",
                            "set the URL, or maintenance.check: off"));
        }
        return new ConfigurationCheck(
                "backend %s, %s data".formatted(config.backend().name(), real ? "real" : "no real"),
                doubts);
    }

    private EngineCheck engineCheck() {
        double workers = config.jobs().workers();
        return new EngineCheck(
                config.containers().engine(),
                new EngineCheck.Wanted(
                        workers * config.jobs().cpus(),
                        (long) (workers * config.jobs().memoryBytes())),
                () -> {
                    EngineLook.Facts facts = engine.facts();
                    return new EngineCheck.Facts(
                            facts.version(),
                            facts.storageDriver(),
                            facts.cgroups(),
                            facts.processors(),
                            facts.memoryBytes(),
                            facts.missingLimits());
                });
    }

    private ImagesCheck images() {
        return new ImagesCheck(
                new ImagesCheck.Needed(
                        config.containers().registry(),
                        this::imagesNow,
                        AllowedImages.current(),
                        switch (config.containers().pull()) {
                            case NEVER -> ImagesCheck.Absent.WAITED_FOR;
                            case MISSING -> ImagesCheck.Absent.FETCHED;
                        }),
                engine::images);
    }

    private Collection<ImageName> imagesNow() {
        Set<ImageName> images = new HashSet<>();
        String registry = config.containers().registry();
        fromStore(SqliteJobStore::openJobs)
                .orElse(List.of())
                .forEach(job ->
                        job.definition()
                                .work()
                                .map(work -> ImageName.of(registry, work.command()))
                                .ifPresent(images::add));
        if (config.maintenance().check() == MaintenanceSection.Check.ON) {
            images.add(new ImageName(registry + "/" + config.maintenance().image()));
        }
        return images;
    }

    private interface Question<T> {
        T ask(SqliteJobStore store);
    }

    private <T> Optional<T> fromStore(Question<T> question) {
        Path work = config.backend().workDirectory();
        if (Files.notExists(work.resolve(WiredProduct.DATABASE))) {
            return Optional.empty();
        }
        try (var store = SqliteJobStore.openExisting(work)) {
            return Optional.of(question.ask(store));
        }
    }

    private DatabaseNetworkCheck.Places places() {
        var databases = new LinkedHashMap<String, DatabaseNetworkCheck.Place>();
        if (config.backend().data() == BackendSection.Data.REAL) {
            config.databases()
                    .urls()
                    .forEach(
                            (name, url) -> databases.put(name, url.reveal(HostExamination::place)));
        }
        String outside = config.doctor().outside();
        int colon = outside.lastIndexOf(':');
        return new DatabaseNetworkCheck.Places(
                config.databases().network(),
                databases,
                engine::gateways,
                new DatabaseNetworkCheck.Place(
                        outside.substring(0, colon),
                        Integer.parseInt(outside.substring(colon + 1))));
    }

    private static DatabaseNetworkCheck.Place place(String url) {
        URI uri = URI.create(url);
        String dialect = String.valueOf(uri.getScheme()).replaceFirst("\\+.*", "");
        return new DatabaseNetworkCheck.Place(
                String.valueOf(uri.getHost()),
                uri.getPort() > 0 ? uri.getPort() : USUAL_PORTS.getOrDefault(dialect, 1433));
    }

    private StorageCheck storage() {
        return new StorageCheck(
                new StorageCheck.Folders(
                        config.storage().high(),
                        config.storage().medium(),
                        config.storage().volumes(),
                        config.backend().workDirectory()),
                config.storage().bounds().reservedBytes());
    }

    private ServerCheck server() {
        Optional<Supplier<ServerProbe.Answer>> asking =
                config.jobServer().token().map(_ -> () -> ServerProbe.ask(settings.server()));
        return new ServerCheck(asking, InstantSource.system());
    }

    private GitCheck git() {
        Path cache = config.backend().workDirectory().resolve("repos");
        return new GitCheck(
                new GitStudySource(settings.study().source().cachedIn(cache)), this::someStudy);
    }

    private Optional<GitCheck.Study> someStudy() {
        return fromStore(store ->
                        store.newestJobs(JOBS_LOOKED_AT).stream()
                                .filter(job -> job.definition().work().isPresent())
                                .findFirst()
                                .flatMap(job -> study(store, job)))
                .flatMap(study -> study);
    }

    private static Optional<GitCheck.Study> study(SqliteJobStore store, Job job) {
        return store.request(job.definition().request())
                .filter(request -> !request.branch().isEmpty())
                .map(request ->
                        new GitCheck.Study(job.work().study().repositoryUrl(), request.branch()));
    }

    private synchronized Optional<Probe> probe() {
        return image().map(image -> new Probe(executor, image, docker.instance()));
    }

    private Optional<ImageDigest> image() {
        Optional<String> named = config.doctor().probeImage();
        if (named.isPresent()) {
            return executor.findImage(new ImageName(named.get()));
        }
        ProbeImage image = made;
        if (image == null) {
            try {
                image = ProbeImage.make(docker).orElse(null);
                made = image;
            } catch (IOException e) {
                throw new UncheckedIOException("this host's busybox cannot be read", e);
            }
        }
        return Optional.ofNullable(image).map(ProbeImage::digest);
    }

    @Override
    public synchronized void close() {
        ProbeImage image = made;
        made = null;
        if (image != null) {
            image.close();
        }
        executor.close();
        engine.close();
    }
}

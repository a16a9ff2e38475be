package org.securebackend.runner;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.securebackend.runner.config.ContainerSection;
import org.securebackend.runner.config.DatabaseSection;
import org.securebackend.runner.config.JobServerSection;
import org.securebackend.runner.config.MaintenanceSection;
import org.securebackend.runner.config.ReleaseSection;
import org.securebackend.runner.config.RunnerConfig;
import org.securebackend.runner.config.Secret;
import org.securebackend.runner.config.SourceSection;
import org.securebackend.runner.config.StorageSection;
import org.securebackend.runner.docker.ContainerUser;
import org.securebackend.runner.docker.DatabaseNetwork;
import org.securebackend.runner.docker.DockerSettings;
import org.securebackend.runner.docker.ProgramLimits;
import org.securebackend.runner.docker.PullPolicy;
import org.securebackend.runner.docker.WorkspaceKind;
import org.securebackend.runner.docker.WorkspacePlace;
import org.securebackend.runner.executor.ProgramSpec.DatabaseAddress;
import org.securebackend.runner.housekeeping.BackingUp;
import org.securebackend.runner.housekeeping.Housekeeper;
import org.securebackend.runner.housekeeping.Keeping;
import org.securebackend.runner.job.ImageName;
import org.securebackend.runner.job.KeepingTime;
import org.securebackend.runner.job.WorkspaceName;
import org.securebackend.runner.maintenance.MaintenanceSettings;
import org.securebackend.runner.outputs.CollectLimits;
import org.securebackend.runner.outputs.OutputsSettings;
import org.securebackend.runner.outputs.log.LogLimits;
import org.securebackend.runner.outputs.log.Secrets;
import org.securebackend.runner.outputs.release.ReleasePolicy;
import org.securebackend.runner.outputs.storage.StorageModes;
import org.securebackend.runner.pipeline.DataKind;
import org.securebackend.runner.scheduler.ArchivedWorkspaces;
import org.securebackend.runner.scheduler.Capacity;
import org.securebackend.runner.scheduler.HostDisks;
import org.securebackend.runner.scheduler.JobEnvironment;
import org.securebackend.runner.scheduler.Patience;
import org.securebackend.runner.scheduler.Scheduler;
import org.securebackend.runner.scheduler.StepLimits;
import org.securebackend.runner.scheduler.Steps;
import org.securebackend.runner.scheduler.TimeLimit;
import org.securebackend.runner.server.JobServerSettings;
import org.securebackend.runner.server.ServerToken;
import org.securebackend.runner.source.SourceSettings;
import org.securebackend.runner.sync.RequestChecks;

/** Turns the configuration into what each room is set up with. */
final class ConfiguredSettings {
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(30);
    private static final String STATA_IMAGE = "stata-mp";

    private final RunnerConfig config;
    private final DataKind data;

    private ConfiguredSettings(RunnerConfig config) {
        this.config = config;
        this.data =
                switch (config.backend().data()) {
                    case REAL -> DataKind.REAL;
                    case DUMMY -> DataKind.DUMMY;
                };
    }

    /**
     * All settings of the daemon.
     *
     * @throws IllegalArgumentException if there is no token for the job server
     */
    static AppSettings of(RunnerConfig config) {
        return new ConfiguredSettings(config).all();
    }

    Path workDirectory() {
        return config.backend().workDirectory();
    }

    /** The settings that need no job server. */
    static ConfiguredSettings partsOf(RunnerConfig config) {
        return new ConfiguredSettings(config);
    }

    private AppSettings all() {
        return new AppSettings(
                config.backend().workDirectory(),
                server(),
                study(),
                new AppSettings.Programs(docker(), steps(), maintenance()),
                scheduler(),
                outputs(),
                housekeeping(),
                new AppSettings.Timing(
                        config.jobServer().pollInterval(),
                        config.jobs().lookInterval(),
                        config.jobs().usageInterval(),
                        config.source().patience(),
                        config.jobs().limits().loopSilence()));
    }

    /**
     * How the job server is talked to.
     *
     * @throws IllegalArgumentException if there is no token for it
     */
    JobServerSettings server() {
        JobServerSection section = config.jobServer();
        ServerToken token =
                section.token()
                        .map(secret -> secret.reveal(ServerToken::new))
                        .orElseThrow(() ->
                                new IllegalArgumentException(
                                        "the daemon needs this backend's token for the job server: set JOB_SERVER_TOKEN, or JOB_SERVER_TOKEN_FILE to a file that holds it (in a configuration: job_server.token_file)"));
        JobServerSettings.Limits usual = JobServerSettings.Limits.USUAL;
        return new JobServerSettings(
                section.endpoint(),
                token,
                config.backend().name(),
                data,
                switch (section.plainHttp()) {
                    case LOOPBACK_ONLY -> JobServerSettings.PlainHttp.LOOPBACK_ONLY;
                    case ALLOWED -> JobServerSettings.PlainHttp.ALLOWED;
                },
                new JobServerSettings.Limits(
                        section.connectTimeout(),
                        section.answerTimeout(),
                        usual.poll(),
                        usual.answerBytes()));
    }

    AppSettings.Study study() {
        return new AppSettings.Study(
                source(), new RequestChecks(data, config.databases().urls().keySet()), data);
    }

    private SourceSettings source() {
        SourceSection section = config.source();
        return new SourceSettings(
                config.backend().workDirectory().resolve("repos"),
                section.allowedOrganisations(),
                new SourceSettings.Actions(section.actionsUrl(), section.actionsBranch()),
                section.rewrites().stream()
                        .map(rewrite -> new SourceSettings.Rewrite(rewrite.from(), rewrite.to()))
                        .toList(),
                section.token()
                        .map(secret ->
                                secret.reveal(value ->
                                        SourceSettings.AccessToken.ofBackend(
                                                section.tokenHost(),
                                                config.backend().name(),
                                                value))),
                switch (section.localRepositories()) {
                    case REFUSED -> SourceSettings.LocalRepositories.REFUSED;
                    case ALLOWED -> SourceSettings.LocalRepositories.ALLOWED;
                },
                SourceSettings.Timeouts.DEFAULT,
                SourceSettings.Limits.DEFAULT);
    }

    DockerSettings docker() {
        ContainerSection section = config.containers();
        StorageSection storage = config.storage();
        return new DockerSettings(
                section.engine(),
                section.callTimeout(),
                new WorkspacePlace(
                        switch (section.volumeKind()) {
                            case BIND -> WorkspaceKind.BIND;
                            case VOLUME -> WorkspaceKind.VOLUME;
                        },
                        storage.volumes(),
                        storage.volumesOnHost(),
                        section.bounds().volumeBytes()),
                user(section),
                new ProgramLimits(
                        config.jobs().cpus(),
                        config.jobs().memoryBytes(),
                        section.bounds().processes(),
                        new ProgramLimits.LogLimits(
                                section.bounds().logFileBytes(), section.bounds().logFiles())),
                data == DataKind.REAL
                        ? Optional.of(
                                new DatabaseNetwork(
                                        config.databases().network(),
                                        DatabaseNetwork.DEAD_NAME_SERVER,
                                        config.databases().knownHosts()))
                        : Optional.empty(),
                switch (section.pull()) {
                    case NEVER -> PullPolicy.NEVER;
                    case MISSING -> PullPolicy.MISSING;
                },
                section.instance().orElse(config.backend().name()));
    }

    private static ContainerUser user(ContainerSection section) {
        ContainerUser usual = ContainerUser.ofThisProcess();
        return new ContainerUser(
                section.userId().orElse(usual.uid()), section.groupId().orElse(usual.gid()));
    }

    Steps.Settings steps() {
        return new Steps.Settings(
                config.containers().registry(),
                config.storage().copiesAtOnce(),
                config.jobs().stopGrace(),
                environment(),
                storageWatch());
    }

    private Steps.Storage storageWatch() {
        StorageSection storage = config.storage();
        return new Steps.Storage(
                new HostDisks(
                        List.of(storage.volumes(), storage.high()),
                        storage.bounds().reservedBytes()),
                Optional.of(
                        new ArchivedWorkspaces(
                                storage.high().resolve("workspaces"), storage.archives())));
    }

    /**
     * How the database is asked for its maintenance, if it is.
     *
     * @throws IllegalArgumentException if it is to be asked, and nothing says where it is
     */
    private Optional<MaintenanceSettings> maintenance() {
        MaintenanceSection section = config.maintenance();
        if (section.check() == MaintenanceSection.Check.OFF || data == DataKind.DUMMY) {
            return Optional.empty();
        }
        Secret url = config.databases().urls().get(section.database());
        if (url == null) {
            throw new IllegalArgumentException(
                    "the check for database maintenance (maintenance.check, ENABLE_MAINTENANCE_MODE_THREAD) needs the URL of the database '%s': set DEFAULT_DATABASE_URL, or switch it off"
                            .formatted(section.database()));
        }
        return Optional.of(
                new MaintenanceSettings(
                        new ImageName(config.containers().registry() + "/" + section.image()),
                        section.command(),
                        plain(url),
                        database(plain(url)).address(),
                        section.timeLimit(),
                        section.interval()));
    }

    private JobEnvironment environment() {
        DatabaseSection section = config.databases();
        Map<String, String> withDatabase = new LinkedHashMap<>();
        section.temporaryDatabase().ifPresent(name -> withDatabase.put("TEMP_DATABASE_NAME", name));
        section.prestoTls()
                .ifPresent(tls -> {
                    withDatabase.put("PRESTO_TLS_CERT", plain(tls.certificate()));
                    withDatabase.put("PRESTO_TLS_KEY", plain(tls.key()));
                });
        section.emisOrganisationHash()
                .ifPresent(hash -> withDatabase.put("EMIS_ORGANISATION_HASH", plain(hash)));
        Map<String, Map<String, String>> byImage =
                section.stataLicense()
                        .map(licence ->
                                Map.of(STATA_IMAGE, Map.of("STATA_LICENSE", plain(licence))))
                        .orElse(Map.of());
        Map<String, JobEnvironment.Database> databases = new LinkedHashMap<>();
        section.urls().forEach((name, url) -> databases.put(name, database(plain(url))));
        return new JobEnvironment(
                data,
                Map.of("OPENSAFELY_BACKEND", config.backend().name()),
                withDatabase,
                byImage,
                databases);
    }

    private static JobEnvironment.Database database(String url) {
        String host = URI.create(url).getHost();
        if (host == null) {
            throw new IllegalArgumentException("a database URL names no host");
        }
        return new JobEnvironment.Database(url, new DatabaseAddress(host));
    }

    private static String plain(Secret secret) {
        return secret.reveal(value -> value);
    }

    Scheduler.Settings scheduler() {
        List<Capacity.Weight> weights =
                config.jobs().weights().rules().stream()
                        .filter(rule -> WorkspaceName.isValid(rule.workspace()))
                        .map(rule ->
                                new Capacity.Weight(
                                        new WorkspaceName(rule.workspace()),
                                        rule.action(),
                                        rule.weight()))
                        .toList();
        return new Scheduler.Settings(
                new Capacity(
                        config.jobs().workers(),
                        config.jobs().databaseWorkers(),
                        weights,
                        config.jobs()
                                .totalMemoryBytes()
                                .map(total ->
                                        new Capacity.Memory(config.jobs().memoryBytes(), total))
                                .orElse(Capacity.Memory.UNLIMITED)),
                data,
                new Patience(FIRST_RETRY, LONGEST_RETRY, new SplittableRandom()),
                new StepLimits(
                        config.jobs().limits().trouble(),
                        config.jobs().limits().engineSilence(),
                        config.jobs().limits().copySilence(),
                        new TimeLimit(config.jobs().timeLimit())),
                new Scheduler.Delays(
                        config.databases().maintenanceGrace(),
                        new KeepingTime(config.jobs().keepBroken())));
    }

    AppSettings.Housekeeping housekeeping() {
        StorageSection.Keeping keeping = config.storage().keeping();
        return new AppSettings.Housekeeping(
                new Keeping(keeping.failed(), keeping.logs(), config.jobs().keepBroken()),
                new Housekeeper.Schedule(keeping.housekeepingAt(), ZoneId.systemDefault()),
                keeping.backups()
                        .map(folder -> new BackingUp.Settings(folder, keeping.backupsKept())));
    }

    OutputsSettings outputs() {
        StorageSection storage = config.storage();
        ReleaseSection release = config.release();
        CollectLimits usual = CollectLimits.standard();
        return new OutputsSettings(
                storage.high(),
                storage.medium(),
                StorageModes.standard(),
                new CollectLimits(
                        storage.bounds().files(),
                        storage.bounds().fileBytes(),
                        storage.bounds().jobBytes(),
                        usual.names(),
                        usual.listed(),
                        storage.bounds().reservedBytes()),
                new ReleasePolicy(
                        release.fileTypes(),
                        release.maxFileBytes(),
                        release.maxCsvRows(),
                        release.maxColumns(),
                        release.identifierColumns(),
                        release.maxLines(),
                        release.longestField()),
                new OutputsSettings.Logs(
                        LogLimits.standard(),
                        switch (release.jobLog()) {
                            case RELEASED -> OutputsSettings.Level4Logs.SHOWN;
                            case WITHHELD -> OutputsSettings.Level4Logs.WITHHELD;
                        },
                        Secrets.of(secrets()),
                        ZoneId.systemDefault()));
    }

    /** Every secret there is: none may be in anything that is written. */
    private List<String> secrets() {
        var secrets = new ArrayList<String>();
        config.jobServer().token().ifPresent(secret -> secrets.add(plain(secret)));
        config.source().token().ifPresent(secret -> secrets.add(plain(secret)));
        DatabaseSection databases = config.databases();
        databases.urls().values().forEach(url -> secrets.add(plain(url)));
        databases.prestoTls().ifPresent(tls -> secrets.add(plain(tls.key())));
        databases.emisOrganisationHash().ifPresent(hash -> secrets.add(plain(hash)));
        databases.stataLicense().ifPresent(licence -> secrets.add(plain(licence)));
        return secrets;
    }
}

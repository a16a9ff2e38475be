package org.securebackend.runner.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("NullAway.Init") // JUnit gives the folder.
class ConfigFileTest {
    private static final String SECRET = "s3cret-value";

    @TempDir Path folder;

    private static RunnerConfig environment(String... namesAndValues) {
        return valid(ConfigFile.read(Optional.empty(), variables(namesAndValues))).config();
    }

    private static List<String> problems(String... namesAndValues) {
        return invalid(ConfigFile.read(Optional.empty(), variables(namesAndValues)));
    }

    private ConfigReading yaml(String text, String... namesAndValues) throws IOException {
        Path file = Files.writeString(folder.resolve("runner.yaml"), text);
        return ConfigFile.read(Optional.of(file), variables(namesAndValues));
    }

    private List<String> yamlProblems(String text, String... namesAndValues) throws IOException {
        return invalid(yaml(text, namesAndValues)).stream()
                .map(problem -> problem.replace(folder + "/", ""))
                .toList();
    }

    private static Map<String, String> variables(String... namesAndValues) {
        var variables = new HashMap<String, String>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            variables.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return variables;
    }

    private static ConfigReading.Valid valid(ConfigReading reading) {
        assertThat(reading).isInstanceOf(ConfigReading.Valid.class);
        return (ConfigReading.Valid) reading;
    }

    private static List<String> invalid(ConfigReading reading) {
        assertThat(reading).isInstanceOf(ConfigReading.Invalid.class);
        return ((ConfigReading.Invalid) reading)
                .problems().stream().map(ConfigProblem::toString).toList();
    }

    // The environment of an existing installation

    @Test
    void nothingAtAllIsALocalBackendWithoutRealData() {
        RunnerConfig config = environment();

        assertThat(config.backend().name()).isEqualTo("expectations");
        assertThat(config.backend().data()).isEqualTo(BackendSection.Data.DUMMY);
        assertThat(config.backend().workDirectory()).isAbsolute().endsWithRaw(Path.of("workdir"));
        assertThat(config.jobServer().token()).isEmpty();
        assertThat(config.databases().urls()).isEmpty();
        assertThat(config.jobs().workers())
                .isEqualTo(Math.max(1, Runtime.getRuntime().availableProcessors() - 1));
        assertThat(config.storage().medium())
                .isEqualTo(config.backend().workDirectory().resolve("medium_privacy"));
    }

    @Test
    void existingEnvironmentFileIsEnough() {
        RunnerConfig config =
                environment(
                        "BACKEND", "tpp",
                        "WORKDIR", "/workdir",
                        "JOB_SERVER_ENDPOINT", "https://example.org/api/v2/",
                        "JOB_SERVER_TOKEN", SECRET,
                        "POLL_INTERVAL", "0.5",
                        "JOB_LOOP_INTERVAL", "5.0",
                        "MAX_WORKERS", "10",
                        "MAX_DB_WORKERS", "",
                        "DEFAULT_JOB_CPU_COUNT", "4",
                        "DEFAULT_JOB_MEMORY_LIMIT", "128G",
                        "HIGH_PRIVACY_STORAGE_BASE", "/srv/high_privacy",
                        "MEDIUM_PRIVACY_STORAGE_BASE", "/srv/medium_privacy",
                        "ALLOWED_GITHUB_ORGS", "opensafely,other",
                        "GIT_URL_REWRITE", "https://a=/srv/a,https://b=file:///srv/b=c",
                        "DEFAULT_DATABASE_URL", "mssql://u:" + SECRET + "@host/db",
                        "TEMP_DATABASE_NAME", "Temp",
                        "LOCAL_VOLUME_API", "jobrunner.executors.volumes:BindMountVolumeAPI",
                        "EXECUTOR", "jobrunner.executors.local:LocalDockerAPI",
                        "LOGLEVEL", "WARNING",
                        "OTEL_EXPORTER_OTLP_HEADERS", "'x-key=" + SECRET + "'",
                        "MAX_RETRIES", "0");

        assertThat(config.backend().data()).isEqualTo(BackendSection.Data.REAL);
        assertThat(config.jobServer().token()).contains(new Secret(SECRET));
        assertThat(config.jobServer().pollInterval()).isEqualTo(Duration.ofMillis(500));
        assertThat(config.jobs().databaseWorkers()).isEqualTo(10);
        assertThat(config.jobs().memoryBytes()).isEqualTo(128L << 30);
        assertThat(config.source().allowedOrganisations()).containsExactly("opensafely", "other");
        assertThat(config.source().rewrites())
                .containsExactly(
                        new Rewrite("https://a", "/srv/a"),
                        new Rewrite("https://b", "file:///srv/b=c"));
        assertThat(config.log().level()).isEqualTo(LogSection.Level.WARN);
        assertThat(config.databases().urls()).containsOnlyKeys("default");
    }

    @ParameterizedTest
    @CsvSource({
        "tpp, true, DUMMY",
        "tpp, YES, DUMMY",
        "tpp, 1, DUMMY",
        "tpp, on, REAL",
        "tpp, '', REAL",
        "expectations, false, DUMMY",
        "expectations, '', DUMMY"
    })
    void dummyDataHasItsOldSpellings(String backend, String value, BackendSection.Data expected) {
        assertThat(
                        environment("BACKEND", backend, "USING_DUMMY_DATA_BACKEND", value)
                                .backend()
                                .data())
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "JOB_LOOP_INTERVAL",
                "MAX_RETRIES",
                "STATA_LICENSE_REPO",
                "TRACE_LOG_LEVEL",
                "OTEL_EXPORTER_OTLP_HEADERS",
                "OTEL_EXPORTER_OTLP_ENDPOINT",
                "OTEL_EXPORTER_CONSOLE",
                "OTEL_SERVICE_NAME",
                "VERSION",
                "GIT_SHA",
                "FUNTIMES"
            })
    void oldNameWithoutAUseIsLetBe(String name) {
        assertThat(environment(name, "anything")).isEqualTo(environment());
    }

    @ParameterizedTest
    @CsvSource({"true, ON", "Yes, ON", "on, ON", "1, OFF", "false, OFF", "'', OFF"})
    void maintenanceCheckHasItsOldSpellings(String value, MaintenanceSection.Check expected) {
        MaintenanceSection section =
                environment(
                                "ENABLE_MAINTENANCE_MODE_THREAD",
                                value,
                                "MAINTENANCE_POLL_INTERVAL",
                                "90.5")
                        .maintenance();
        assertThat(section.check()).isEqualTo(expected);
        assertThat(section.interval()).isEqualTo(Duration.ofMillis(90_500));
    }

    /** As installations of version 2 have it: four files, later ones win, read by a shell. */
    @Test
    void wholeEnvironmentOfVersionTwoIsAccepted() throws IOException {
        var variables = new LinkedHashMap<String, String>();
        for (String line : Files.readAllLines(Path.of("src/test/resources/v2.env"))) {
            if (!line.isBlank() && !line.startsWith("#")) {
                int sign = line.indexOf('=');
                variables.put(line.substring(0, sign), line.substring(sign + 1));
            }
        }
        ConfigReading reading = ConfigFile.read(Optional.empty(), variables);
        assertThat(reading).isInstanceOf(ConfigReading.Valid.class);
        RunnerConfig config = ((ConfigReading.Valid) reading).config();
        assertThat(config.backend().name()).isEqualTo("tpp");
        assertThat(config.maintenance().check()).isEqualTo(MaintenanceSection.Check.ON);
        assertThat(config.jobs().memoryBytes()).isEqualTo(128L << 30);
        assertThat(config.jobs().workers()).isEqualTo(10);
        assertThat(config.jobServer().pollInterval()).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void gitTrafficGoesThroughTheProxyUnlessSomethingElseIsSaid() throws IOException {
        var proxy = new Rewrite("https://github.com/", "https://github-proxy.opensafely.org/");

        assertThat(environment().source().rewrites()).containsExactly(proxy);
        assertThat(environment("GIT_URL_REWRITE", "").source().rewrites()).isEmpty();
        assertThat(valid(yaml("source: {rewrite: {}}")).config().source().rewrites()).isEmpty();
        assertThat(valid(yaml("source:\n  rewrite:\n")).config().source().rewrites())
                .containsExactly(proxy);
        assertThat(environment("GIT_URL_REWRITE", "https://a/=/srv/a/").source().rewrites())
                .containsExactly(new Rewrite("https://a/", "/srv/a/"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nothing-but-" + SECRET,
                "mssql://u:" + SECRET + "^@host/db",
                "mssql://u:" + SECRET + "@/db",
                "mssql://u:" + SECRET + " @host/db"
            })
    void databaseUrlWithoutAHostIsRefusedAndNotRepeated(String url) {
        assertThat(problems("DEFAULT_DATABASE_URL", url))
                .singleElement()
                .asString()
                .startsWith("DEFAULT_DATABASE_URL (databases.default_url): must be a URL")
                .doesNotContain(SECRET);
    }

    @ParameterizedTest
    @CsvSource({
        "4G, 4294967296",
        "4g, 4294967296",
        "4GiB, 4294967296",
        "512m, 536870912",
        "1.5 gb, 1610612736",
        "16777216, 16777216"
    })
    void memoryIsReadAsDockerReadsIt(String text, long bytes) {
        assertThat(environment("DEFAULT_JOB_MEMORY_LIMIT", text).jobs().memoryBytes())
                .isEqualTo(bytes);
    }

    // What is refused

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "BACKEND | '' | backend.name",
                "BACKEND | x | backend.name",
                "BACKEND | -tpp | backend.name",
                "BACKEND | a/b | backend.name",
                "DATABASE_ACCESS_NETWORK | '' | databases.network",
                "DATABASE_ACCESS_NETWORK | '  ' | databases.network",
                "DATABASE_ACCESS_NETWORK | bridge | databases.network",
                "DATABASE_ACCESS_NETWORK | HOST | databases.network",
                "DATABASE_ACCESS_NETWORK | container:x | databases.network",
                "ALLOWED_GITHUB_ORGS | '' | source.allowed_organisations",
                "ALLOWED_GITHUB_ORGS | 'a,,b' | source.allowed_organisations",
                "HIGH_PRIVACY_STORAGE_BASE | srv/high | storage.high",
                "MAX_WORKERS | 0 | jobs.workers",
                "MAX_WORKERS | many | jobs.workers",
                "MAX_DB_WORKERS | -1 | jobs.database_workers",
                "POLL_INTERVAL | 0 | job_server.poll_interval",
                "POLL_INTERVAL | soon | job_server.poll_interval",
                "DEFAULT_JOB_CPU_COUNT | 0 | jobs.cpus",
                "DEFAULT_JOB_MEMORY_LIMIT | 4X | jobs.memory",
                "DEFAULT_JOB_MEMORY_LIMIT | 1 | jobs.memory",
                "JOB_SERVER_ENDPOINT | jobs.example.org | job_server.endpoint",
                "JOB_SERVER_ENDPOINT | ftp://example.org | job_server.endpoint",
                "JOB_SERVER_ENDPOINT | http://example.org/api | job_server.endpoint",
                "JOB_SERVER_ENDPOINT | http://127.0.0.1.example.org/ | job_server.endpoint",
                "JOB_SERVER_ENDPOINT | https://u:p@example.org/ | job_server.endpoint",
                "LOCAL_VOLUME_API | tape | containers.volume_kind",
                "EXECUTOR | somebody.elses:API | containers.executor",
                "DOCKER_USER_ID | 0 | containers.user_id",
                "DOCKER_REGISTRY | https://example.org | containers.registry",
                "GIT_URL_REWRITE | nowhere | source.rewrite",
                "GIT_URL_REWRITE | a=https://u:p@host | source.rewrite",
                "GIT_URL_REWRITE | a=ssh://host | source.rewrite",
                "PRESTO_TLS_CERT_PATH | /nowhere/cert | databases.presto_tls_certificate",
                "LOGLEVEL | loud | log.level"
            })
    void wrongVariableIsNamedWithItsKey(String name, String value, String key) {
        assertThat(problems(name, value))
                .isNotEmpty()
                .first()
                .asString()
                .startsWith(name + " (" + key + "): ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1:8000/api/v2/",
                "http://localhost:8000/",
                "http://[::1]:8000/",
                "https://example.org"
            })
    void endpointOnThisHostMayBePlain(String endpoint) {
        assertThat(environment("JOB_SERVER_ENDPOINT", endpoint).jobServer().endpoint())
                .hasToString(endpoint);
    }

    @Test
    void plainEndpointElsewhereMustBeAllowed() {
        assertThat(
                        environment(
                                        "JOB_SERVER_ENDPOINT", "http://example.org/",
                                        "RUNNER_JOB_SERVER_PLAIN_HTTP", "allowed")
                                .jobServer()
                                .plainHttp())
                .isEqualTo(JobServerSection.PlainHttp.ALLOWED);
    }

    @Test
    void allProblemsAreReportedTogetherEachWithItsPlace() throws IOException {
        assertThat(
                        yamlProblems(
                                """
                                backend:
                                  name: x
                                jobs:
                                  worker: 3
                                  memory: big
                                strage:
                                  high: /a
                                storage:
                                  high: relative
                                databases: 7
                                """,
                                "MAX_WORKERS",
                                "none"))
                .satisfiesExactly(
                        p -> assertThat(p).startsWith("runner.yaml:2: backend.name: must be"),
                        p ->
                                assertThat(p)
                                        .isEqualTo(
                                                "runner.yaml:4: jobs.worker: there is no such key; did you mean jobs.workers?"),
                        p -> assertThat(p).startsWith("runner.yaml:5: jobs.memory: must be a size"),
                        p ->
                                assertThat(p)
                                        .isEqualTo(
                                                "runner.yaml:6: strage: there is no such key; did you mean storage?"),
                        p -> assertThat(p).startsWith("runner.yaml:9: storage.high: must be"),
                        p ->
                                assertThat(p)
                                        .startsWith("runner.yaml:10: databases: must be a mapping"),
                        p -> assertThat(p).startsWith("MAX_WORKERS (jobs.workers): must be"));
    }

    @Test
    void fileThatIsNoYamlIsReportedWithItsLine() throws IOException {
        assertThat(yamlProblems("backend:\n  name: 'tpp\n"))
                .isNotEmpty()
                .allMatch(problem -> problem.startsWith("runner.yaml:"));
    }

    @Test
    void missingFileIsAProblem() {
        assertThat(invalid(ConfigFile.read(Optional.of(folder.resolve("none.yaml")), Map.of())))
                .singleElement()
                .asString()
                .contains("none.yaml");
    }

    @Test
    void mistypedVariableOfOursIsAProblemAndOtherProgramsAreNot() {
        assertThat(problems("RUNNER_JOBS_WORKER", "3", "RUNNER_OS", "Linux"))
                .singleElement()
                .asString()
                .contains("RUNNER_JOBS_WORKERS");
        environment("RUNNER_OS", "Linux", "RUNNER_TEMP", "/tmp", "RUNNER_CONFIG", "x");
    }

    @Test
    void storageOfOneLevelInsideOfAnotherIsRefused() {
        assertThat(
                        problems(
                                "HIGH_PRIVACY_STORAGE_BASE", "/srv/medium/high",
                                "MEDIUM_PRIVACY_STORAGE_BASE", "/srv/medium"))
                .anyMatch(p -> p.startsWith("HIGH_PRIVACY_STORAGE_BASE (storage.high): must not"));
    }

    @Test
    void certificateNeedsItsKey() throws IOException {
        Path file = Files.writeString(folder.resolve("cert"), "text");

        assertThat(problems("PRESTO_TLS_CERT_PATH", file.toString()))
                .singleElement()
                .asString()
                .contains("both or neither");
        assertThat(problems("PRESTO_TLS_KEY_PATH", file.toString()))
                .singleElement()
                .asString()
                .contains("both or neither");
        assertThat(
                        environment(
                                        "PRESTO_TLS_CERT_PATH", file.toString(),
                                        "PRESTO_TLS_KEY_PATH", file.toString())
                                .databases()
                                .prestoTls())
                .isPresent();
    }

    // Precedence and origin

    @Test
    void environmentComesBeforeTheFileAndOurNamesBeforeOldOnes() throws IOException {
        String text = "jobs:\n  workers: 3\n";

        assertThat(valid(yaml(text)).config().jobs().workers()).isEqualTo(3);
        assertThat(valid(yaml(text, "MAX_WORKERS", "4")).config().jobs().workers()).isEqualTo(4);
        assertThat(valid(yaml(text, "MAX_WORKERS", "")).config().jobs().workers()).isEqualTo(3);
        assertThat(
                        valid(yaml(text, "MAX_WORKERS", "4", "RUNNER_JOBS_WORKERS", "5"))
                                .config()
                                .jobs()
                                .workers())
                .isEqualTo(5);
    }

    @Test
    void everyValueRemembersWhereItCameFrom() throws IOException {
        var values =
                valid(yaml("jobs:\n  workers: 3\n", "BACKEND", "tpp")).values().stream()
                        .collect(
                                Collectors.toMap(
                                        EffectiveValue::key, value -> value.origin().toString()));

        assertThat(values)
                .containsEntry("jobs.workers", folder.resolve("runner.yaml") + ":2")
                .containsEntry("backend.name", "BACKEND")
                .containsEntry("containers.pull", "default");
    }

    @Test
    void everyKeyHasAVariable() {
        List<String> keys =
                valid(ConfigFile.read(Optional.empty(), Map.of())).values().stream()
                        .map(EffectiveValue::key)
                        .toList();

        // A value that no setting takes: whatever the form, it shows that the variable is read.
        assertThat(keys)
                .contains("jobs.weights", "source.rewrite")
                .allSatisfy(key -> {
                    String name = "RUNNER_" + key.toUpperCase(Locale.ROOT).replace('.', '_');
                    ConfigReading reading =
                            ConfigFile.read(Optional.empty(), Map.of(name, "  x=\u0000 "));
                    boolean read =
                            switch (reading) {
                                case ConfigReading.Invalid _ -> true;
                                case ConfigReading.Valid ok ->
                                        ok.values().stream()
                                                .anyMatch(value ->
                                                        value.origin().toString().equals(name));
                            };
                    assertThat(read).isTrue();
                });
    }

    // Secrets

    @Test
    void secretComesFromAFileWithoutItsLastLineEnd() throws IOException {
        Path file = Files.writeString(folder.resolve("token"), SECRET + "\n");

        assertThat(environment("JOB_SERVER_TOKEN_FILE", file.toString()).jobServer().token())
                .contains(new Secret(SECRET));
        assertThat(valid(yaml("job_server:\n  token_file: " + file)).config().jobServer().token())
                .contains(new Secret(SECRET));
        assertThat(problems("JOB_SERVER_TOKEN_FILE", file.toString(), "JOB_SERVER_TOKEN", SECRET))
                .singleElement()
                .asString()
                .contains("keep one of them");
        assertThat(problems("JOB_SERVER_TOKEN_FILE", folder.resolve("none").toString()))
                .singleElement()
                .asString()
                .startsWith("JOB_SERVER_TOKEN_FILE (job_server.token): the file");
    }

    @Test
    void noSecretIsInAnythingThatIsShown() throws IOException {
        ConfigReading reading =
                yaml(
                        "source: {token: " + SECRET + "}",
                        "JOB_SERVER_TOKEN",
                        SECRET,
                        "DEFAULT_DATABASE_URL",
                        "mssql://u:" + SECRET + "@host/db",
                        "INCLUDE_T1OO_DATABASE_URL",
                        "mssql://u:" + SECRET + "@host/db",
                        "EMIS_ORGANISATION_HASH",
                        SECRET,
                        "STATA_LICENSE",
                        SECRET);

        assertThat(valid(reading).toString()).doesNotContain(SECRET).contains("(hidden)");
        assertThat(yamlProblems("job_server: {token: [" + SECRET + "]}"))
                .noneMatch(problem -> problem.contains(SECRET));
    }

    @Test
    void blankSecretIsUnsetOrAProblemButNeverAText() {
        assertThat(environment("JOB_SERVER_TOKEN", "").jobServer().token()).isEmpty();
        assertThat(problems("JOB_SERVER_TOKEN", "  ")).hasSize(1);
    }

    // Weights

    @Test
    void weightsFileIsTakenLiterally() throws IOException {
        Path file =
                Files.writeString(
                        folder.resolve("weights.ini"),
                        """
                        # heavy ones
                        [DEFAULT]
                        .* = 9

                        [flucats]
                        generate_study_population_[12] = 4
                        Join_.* = 1.5
                        join:100%=2
                        join_.* = 3
                        """);

        ResourceWeights weights =
                environment("RUNNER_JOBS_WEIGHTS_FILE", file.toString()).jobs().weights();

        assertThat(weights.of("flucats", "generate_study_population_1")).isEqualTo(4);
        assertThat(weights.of("flucats", "generate_study_population_3")).isEqualTo(1);
        assertThat(weights.of("flucats", "Join_x")).isEqualTo(1.5);
        assertThat(weights.of("flucats", "join:100%")).isEqualTo(2);
        assertThat(weights.of("flucats", "join_x")).isEqualTo(3);
        assertThat(weights.of("flucats", "x_join_x")).isEqualTo(1);
        assertThat(weights.of("other", "join_x")).isEqualTo(1);
    }

    @Test
    void everyWrongLineOfAWeightsFileIsNamed() throws IOException {
        Path file =
                Files.writeString(
                        folder.resolve("weights.ini"), "a = 1\n[w]\nb\n( = 2\nc = heavy\nd = -1\n");

        assertThat(problems("RUNNER_JOBS_WEIGHTS_FILE", file.toString()))
                .satisfiesExactly(
                        p -> assertThat(p).contains("weights.ini:1: "),
                        p -> assertThat(p).contains("weights.ini:3: "),
                        p -> assertThat(p).contains("weights.ini:4: "),
                        p -> assertThat(p).contains("weights.ini:5: "),
                        p -> assertThat(p).contains("weights.ini:6: "));
    }

    @Test
    void firstWeightThatMatchesDecidesAndEveryWrongOneIsReported() throws IOException {
        ResourceWeights weights =
                valid(yaml("jobs:\n  weights:\n    w:\n      a.*: 2\n      ab: 3\n"))
                        .config()
                        .jobs()
                        .weights();

        assertThat(weights.of("w", "ab")).isEqualTo(2);
        assertThat(yamlProblems("jobs:\n  weights:\n    w:\n      '(': 2\n      ab: 0\n"))
                .satisfiesExactly(
                        p -> assertThat(p).startsWith("runner.yaml:4: jobs.weights: "),
                        p -> assertThat(p).startsWith("runner.yaml:5: jobs.weights: "));
        assertThat(environment("RUNNER_JOBS_WEIGHTS", "{w: {a: 5}}").jobs().weights().of("w", "a"))
                .isEqualTo(5);
    }
}

package org.securebackend.runner;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.securebackend.runner.TestBackend.BACKEND;
import static org.securebackend.runner.TestBackend.at;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.securebackend.runner.devserver.NewRequest;
import org.securebackend.runner.devserver.ReportedJob;
import org.securebackend.runner.devserver.RequestRecord;
import org.securebackend.runner.docker.StandInImages;
import org.securebackend.runner.source.TestRepository;

/** A backend with real data and many secrets: none is anywhere but where it must be. */
@Tag("docker")
class LeakTest {
    private static final String PASSWORD = "Pa55w0rd-of-the-database";
    private static final String DATABASE = "mssql://reader:" + PASSWORD + "@10.255.0.9:1433/OPEN";
    private static final String GIT_TOKEN = "ghp_git-token-of-this-backend-0123456";
    private static final String LICENCE = "stata-licence-4711!code!0815!";
    private static final String ORGANISATION_HASH = "emis-organisation-hash-77aa55";
    private static final Map<String, String> SECRETS =
            Map.of(
                    "the job server's token", TestBackend.TOKEN,
                    "the database's password", PASSWORD,
                    "the git host's token", GIT_TOKEN,
                    "the Stata licence", LICENCE,
                    "the organisation's hash", ORGANISATION_HASH);

    private static final String PROJECT =
            """
            version: '4.0'
            actions:
              with_database:
                run: ehrql:v1 generate-dataset analysis/probe.sh --output output/dataset.csv
                outputs:
                  highly_sensitive:
                    dataset: output/dataset.csv
              without_database:
                run: python:v2 sh analysis/probe.sh
                outputs:
                  highly_sensitive:
                    other: output/dataset*.csv
              licensed:
                run: stata-mp:latest sh -c 'echo "licence=$STATA_LICENSE"; exit 3'
                outputs:
                  highly_sensitive:
                    dataset: output/licensed.csv
            """;

    /** Says what can be seen and reached from inside. */
    private static final String PROBE =
            """
            mkdir -p output
            echo "plain=$DATABASE_URL"
            echo "base64=$(printf %s "$DATABASE_URL" | base64 | tr -d '\\n')"
            echo "hash=$EMIS_ORGANISATION_HASH"
            env
            echo "interfaces=$(ls /sys/class/net | tr '\\n' ' ')"
            echo "address=$(ip -4 -o addr show dev eth0 2>/dev/null | awk '{print $4}')"
            if timeout 2 nslookup example.org >/dev/null 2>&1; then echo dns=alive; else echo dns=dead; fi
            echo 1 >output/dataset.csv
            sleep 2
            """;

    @TempDir private Path home;
    private String registry = "";
    private String network = "";

    @BeforeEach
    void makeImagesAndNetwork() throws IOException {
        String name = home.getFileName().toString().toLowerCase(java.util.Locale.ROOT);
        String base = StandInImages.python().value();
        registry = "local.test/leak-" + name;
        network = "runner-test-" + name;
        Commands.docker("network", "create", "--internal", network);
        Path script = home.resolve("generate-dataset");
        Files.writeString(script, "#!/bin/sh\nexec sh \"$1\"\n");
        Commands.run("chmod", "755", script.toString());
        Commands.docker("create", "--name", network, base, "true");
        Commands.docker("cp", script.toString(), network + ":/bin/generate-dataset");
        Commands.docker("commit", network, registry + "/ehrql:v1");
        Commands.docker("rm", network);
        Commands.docker("tag", base, registry + "/python:v2");
        Commands.docker("tag", base, registry + "/stata-mp:latest");
    }

    @AfterEach
    void removeThem() {
        Commands.attempt("docker", "rm", "--force", network);
        Commands.attempt("docker", "network", "rm", network);
        for (String image : List.of("ehrql:v1", "python:v2", "stata-mp:latest")) {
            Commands.attempt("docker", "rmi", registry + "/" + image);
        }
    }

    @Test
    void secretsAreNowhereAndJobsReachOnlyWhatTheyMust() throws IOException, InterruptedException {
        try (var backend = new TestBackend(home)) {
            TestRepository study = backend.study("study");
            String commit =
                    study.write("project.yaml", PROJECT).write("analysis/probe.sh", PROBE).commit();
            study.push("main");
            Map<String, String> secret = settings();
            var said = new LinkedHashMap<String, String>();
            try (var daemon = backend.startProcess(secret)) {
                String with = ask(backend, commit, "with", "with_database");
                RequestRecord running =
                        backend.await(with, now -> hasCode(now, "with_database", "executing"));
                String container = "os-job-" + running.jobs().getFirst().identifier();
                assertThat(networksOf(container, "$name")).containsExactly(network);
                String address = networksOf(container, "$_.IPAddress").getFirst();
                requireNoSecret("the process list", processList());
                String without = ask(backend, commit, "without", "without_database");
                String licensed = ask(backend, commit, "licensed", "licensed");
                List<RequestRecord> ends =
                        List.of(
                                backend.awaitEnd(with),
                                backend.awaitEnd(without),
                                backend.awaitEnd(licensed));
                assertThat(ends)
                        .as(daemon.output())
                        .extracting(RequestRecord::status)
                        .containsExactly("succeeded", "succeeded", "failed");
                ReportedJob failed = ends.getLast().jobs().getFirst();
                assertThat(failed.progress().code()).isEqualTo("nonzero_exit");
                // Exit code 3 speaks of the database only where there is one.
                assertThat(failed.progress().message()).doesNotContain("database");

                requireReachable(backend, address);
                said.put("reports", ends.toString() + originals(ends));
                var environment = new LinkedHashMap<>(backend.environment());
                environment.putAll(secret);
                for (String[] words :
                        List.of(
                                new String[] {"config", "show"},
                                new String[] {"config", "show", "--json"},
                                new String[] {"config", "check"},
                                new String[] {"jobs", "--json"},
                                new String[] {"job", failed.identifier(), "--json"},
                                new String[] {"logs", failed.identifier()})) {
                    said.put(String.join(" ", words), outputOf(environment, words));
                }
                said.put("the daemon's log", daemon.output());
            }
            said.forEach(LeakTest::requireNoSecret);
            requireNoSecretInFiles();
        }
    }

    private Map<String, String> settings() {
        return Map.of(
                "USING_DUMMY_DATA_BACKEND", "false",
                "DOCKER_REGISTRY", registry,
                "DATABASE_ACCESS_NETWORK", network,
                "DEFAULT_DATABASE_URL", DATABASE,
                "STATA_LICENSE", LICENCE,
                "EMIS_ORGANISATION_HASH", ORGANISATION_HASH,
                "PRIVATE_REPO_ACCESS_TOKEN", GIT_TOKEN);
    }

    private static void requireReachable(TestBackend backend, String address) throws IOException {
        String with = log(backend, "with", "with_database");
        assertThat(with)
                .contains("plain=xxxx-REDACTED-xxxx")
                .contains("interfaces=eth0 lo")
                .contains("address=" + address + "/")
                .contains("dns=dead");
        String without = log(backend, "without", "without_database");
        assertThat(without)
                .containsPattern("plain=\\n")
                .containsPattern("hash=\\n")
                .containsPattern("interfaces=lo \\n")
                .containsPattern("address=\\n")
                .contains("dns=dead")
                .doesNotContain("DATABASE_URL", "STATA_LICENSE", "JOB_SERVER", "TOKEN");
    }

    private static String log(TestBackend backend, String workspace, String action)
            throws IOException {
        return Files.readString(
                backend.medium("workspaces/%s/metadata/%s.log".formatted(workspace, action)));
    }

    private static List<String> networksOf(String container, String what) {
        return Commands.lines(
                Commands.docker(
                        "inspect",
                        "--format={{range $name, $_ := .NetworkSettings.Networks}}{{println %s}}{{end}}"
                                .formatted(what),
                        container));
    }

    /** Arguments of all processes of this host. */
    private static String processList() {
        try (var processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            var lines = new ArrayList<String>();
            for (Path process : processes) {
                lines.add(arguments(process.resolve("cmdline")));
            }
            return String.join("\n", lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String arguments(Path file) {
        try {
            return Files.readString(file, ISO_8859_1).replace('\0', ' ');
        } catch (IOException e) {
            return "";
        }
    }

    private static String originals(List<RequestRecord> requests) {
        return requests.stream()
                .flatMap(request -> request.jobs().stream())
                .map(job -> job.original().toString())
                .collect(Collectors.joining("\n"));
    }

    private static String outputOf(Map<String, String> environment, String... words)
            throws InterruptedException {
        try (var program = DaemonProcess.start(environment, words)) {
            assertThat(program.awaitEnd()).as(program.output()).isZero();
            assertThat(program.output()).isNotEmpty();
            return program.output();
        }
    }

    private static String ask(TestBackend backend, String commit, String workspace, String action) {
        return backend.submit(NewRequest.of(BACKEND, at("study", commit, workspace), action))
                .identifier();
    }

    private static boolean hasCode(RequestRecord request, String action, String code) {
        return request.jobs().stream()
                .anyMatch(job -> job.action().equals(action) && job.progress().code().equals(code));
    }

    private static void requireNoSecret(String where, String text) {
        SECRETS.forEach((what, secret) -> {
            // Not by contains of the test library: its message would show the text.
            assertThat(text.contains(secret)).as("%s in %s", what, where).isFalse();
            assertThat(text.contains(encoded(secret)))
                    .as("%s in base64 in %s", what, where)
                    .isFalse();
        });
    }

    /** What base64 makes of the inside of a secret when it begins on a border of three bytes. */
    private static String encoded(String secret) {
        String whole =
                Base64.getEncoder().withoutPadding().encodeToString(secret.getBytes(ISO_8859_1));
        return whole.substring(0, whole.length() - 2);
    }

    /** In the job store, both storages, logs, manifests and caches. */
    private void requireNoSecretInFiles() throws IOException {
        List<Path> files = TestBackend.files(home).stream().map(home::resolve).toList();
        assertThat(files)
                .extracting(file -> file.getFileName().toString())
                .contains("runner.sqlite", "logs.txt", "metadata.json", "manifest.json");
        for (Path file : files) {
            requireNoSecret(home.relativize(file).toString(), Files.readString(file, ISO_8859_1));
        }
    }
}

package org.securebackend.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.securebackend.runner.cli.Screen;
import org.securebackend.runner.docker.DockerSettings;
import org.securebackend.runner.docker.StandInImages;

/** The command {@code doctor} on the real engine, where all is well and where it is not. */
@Tag("docker")
@Timeout(120)
class DoctorTest {
    private static final String SECRET = "pass-word-of-the-database";

    private final String network = "doctor-test-" + UUID.randomUUID();
    private final String database = "doctor-test-database-" + UUID.randomUUID();

    @TempDir private Path home;
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final String instance = "doctor-test-" + UUID.randomUUID();
    private String endpoint = "";
    private String token = TestBackend.TOKEN;
    private String engine = DockerSettings.DEFAULT_ENGINE.toString();
    private String databaseHost = "192.0.2.1";
    private String outside = "192.0.2.2:443";
    private String reserved = "1k";

    @BeforeEach
    void makeBackend() throws IOException {
        var backend = new TestBackend(home);
        opened.add(backend);
        endpoint = backend.server().endpoint().toString();
        Files.createDirectories(home.resolve("high/volumes"));
        for (String folder : List.of("high", "medium", "high/volumes", "work")) {
            mode(home.resolve(folder), "rwxr-x---");
        }
        for (String folder : List.of("high/workspaces", "medium/workspaces")) {
            mode(home.resolve(folder), "rwxr-x---");
        }
    }

    private static void mode(Path folder, String mode) throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(mode));
    }

    @AfterEach
    void cleanUp() throws Exception {
        Commands.attempt("docker", "rm", "--force", database);
        Commands.attempt("docker", "network", "rm", network);
        for (AutoCloseable resource : opened) {
            resource.close();
        }
    }

    private void makeNetwork(String... options) {
        var words = new ArrayList<>(List.of("network", "create"));
        words.addAll(List.of(options));
        words.add(network);
        Commands.docker(words.toArray(String[]::new));
    }

    /** A container in the network that takes connections as a database does. */
    private void startDatabase() {
        Commands.docker(
                "run",
                "--detach",
                "--name",
                database,
                "--network",
                network,
                StandInImages.python().value(),
                "nc",
                "-ll",
                "-p",
                "1433",
                "-e",
                "cat");
        databaseHost =
                Commands.docker(
                        "inspect",
                        "--format",
                        "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}",
                        database);
    }

    private record Outcome(int code, List<JsonNode> findings, String text) {
        /** The worst verdict of each check. */
        Map<String, String> verdicts() {
            List<String> order = List.of("ok", "warning", "failed", "unreachable");
            return findings.stream()
                    .collect(
                            Collectors.toMap(
                                    finding -> finding.get("check").asText(),
                                    finding -> finding.get("verdict").asText(),
                                    (one, other) ->
                                            order.indexOf(one) > order.indexOf(other) ? one : other,
                                    TreeMap::new));
        }
    }

    private Outcome doctor() throws IOException {
        Path config =
                Files.writeString(
                        home.resolve("doctor.yaml"),
                        """
                        backend: {name: emis, dummy_data: false, work_directory: %1$s/work}
                        job_server: {endpoint: "%2$s", token: "%3$s"}
                        storage: {high: %1$s/high, medium: %1$s/medium, reserved_space: %4$s}
                        containers: {engine: "%5$s", instance: %6$s, registry: %7$s}
                        jobs: {workers: 1, cpus: 1, memory: 64m}
                        databases: {default_url: "mssql://user:%8$s@%9$s/db", network: "%10$s"}
                        doctor: {outside: "%11$s"}
                        """
                                .formatted(
                                        home,
                                        endpoint,
                                        token,
                                        reserved,
                                        engine,
                                        instance,
                                        StandInImages.PREFIX,
                                        SECRET,
                                        databaseHost,
                                        network,
                                        outside));
        var out = new StringWriter();
        var err = new StringWriter();
        int code =
                Main.commandLine(
                                new WiredProduct(),
                                new Screen(new Screen.Kind.Other(), new ByteArrayOutputStream()))
                        .setOut(new PrintWriter(out, true))
                        .setErr(new PrintWriter(err, true))
                        .execute("doctor", "--json", "--config", config.toString());
        var lines = new ArrayList<JsonNode>();
        for (String line : out.toString().lines().toList()) {
            lines.add(new ObjectMapper().readTree(line));
        }
        assertThat(out + "" + err).doesNotContain(SECRET, TestBackend.TOKEN);
        return new Outcome(code, lines, out.toString() + err);
    }

    @Test
    void hostThatIsReadyIsFoundSo() throws IOException {
        makeNetwork("--internal");
        startDatabase();
        Outcome outcome = doctor();
        assertThat(outcome.verdicts())
                .as(outcome.text())
                .containsEntry("engine", "ok")
                .containsEntry("isolation", "ok")
                .containsEntry("database network", "ok")
                .containsEntry("storage", "ok")
                .containsEntry("job server", "ok")
                .containsEntry("clock", "ok")
                .containsEntry("configuration", "ok")
                .containsEntry("database file", "warning");
        assertThat(outcome.code()).isZero();
        assertThat(Commands.docker("images", "--quiet", "runner-probe")).isEmpty();
        assertThat(Commands.containersOf(instance + ".doctor")).isEmpty();
        assertThat(home.resolve("high/volumes")).isEmptyDirectory();
    }

    @Test
    void networkThatLeadsElsewhereIsFoundFromTheInside() throws IOException {
        makeNetwork();
        startDatabase();
        String gateway =
                Commands.docker(
                        "network",
                        "inspect",
                        "--format",
                        "{{range .IPAM.Config}}{{.Gateway}}{{end}}",
                        network);
        try (var elsewhere = new ServerSocket(0)) {
            outside = gateway + ":" + elsewhere.getLocalPort();
            Outcome outcome = doctor();
            assertThat(outcome.code()).as(outcome.text()).isEqualTo(1);
            assertThat(outcome.text())
                    .contains("the database 'default' can be reached")
                    .contains("can reach more than its database: outside");
        }
    }

    @Test
    void missingNetworkAndRefusedTokenAreFound() throws IOException {
        token = "f".repeat(40);
        Outcome outcome = doctor();
        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.verdicts())
                .as(outcome.text())
                .containsEntry("database network", "failed")
                .containsEntry("job server", "failed");
        assertThat(outcome.text())
                .contains("the engine has no network '" + network + "'")
                .contains("refuses the token (403)");
    }

    @Test
    void databaseThatIsDownIsFound() throws IOException {
        makeNetwork("--internal");
        Outcome outcome = doctor();
        assertThat(outcome.text()).contains("the database 'default' cannot be reached");
        assertThat(outcome.code()).isEqualTo(1);
    }

    @Test
    void engineAndServerThatAreAwayEndWithThree() throws IOException {
        engine = "unix://" + home.resolve("none.sock");
        endpoint = "http://127.0.0.1:9/api/v2/";
        Outcome outcome = doctor();
        assertThat(outcome.code()).as(outcome.text()).isEqualTo(3);
        assertThat(outcome.verdicts())
                .containsEntry("engine", "unreachable")
                .containsEntry("job server", "unreachable")
                .containsEntry("images", "failed")
                .containsEntry("isolation", "failed");
    }

    @Test
    void smallFullDiskAndForeignOwnerAreFound() throws Exception {
        assumeThat(SmallDisk.canBeMountedAt(home.resolve("medium"))).isTrue();
        try (var disk = SmallDisk.at(home.resolve("medium"), 4)) {
            mode(home.resolve("medium"), "rwxr-x---");
            reserved = "1m";
            disk.fillUpTo(100_000);
            Commands.run("chown", "12345", home.resolve("work").toString());
            Outcome outcome = doctor();
            assertThat(outcome.verdicts()).containsEntry("storage", "failed");
            assertThat(outcome.text()).contains("that must stay free", "belongs to user 12345");
        }
    }
}

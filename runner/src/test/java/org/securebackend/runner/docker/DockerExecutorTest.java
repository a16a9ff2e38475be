package org.securebackend.runner.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.securebackend.runner.executor.Execution;
import org.securebackend.runner.executor.Executor;
import org.securebackend.runner.executor.ExecutorContract;
import org.securebackend.runner.executor.ExecutorException;
import org.securebackend.runner.executor.ProgramSpec;
import org.securebackend.runner.executor.WorkspaceEntry.Kind;
import org.securebackend.runner.executor.WorkspaceWriter.FileKind;
import org.securebackend.runner.job.ImageDigest;
import org.securebackend.runner.job.ImageName;
import org.securebackend.runner.job.JobId;

@Tag("docker")
class DockerExecutorTest extends ExecutorContract {
    private static ImageName image = new ImageName("unset");

    @TempDir private Path volumes;
    private DockerExecutor executor = executor(Path.of("/nowhere"));

    @BeforeAll
    static void makeImage() {
        image = StandInImages.python();
    }

    @BeforeEach
    void connect() {
        executor = executor(volumes);
    }

    private static DockerExecutor executor(Path volumes) {
        return new DockerExecutor(settings(volumes));
    }

    static DockerSettings settings(Path volumes) {
        return new DockerSettings(
                engine(),
                Duration.ofSeconds(60),
                WorkspacePlace.at(volumes),
                ContainerUser.ofThisProcess(),
                new ProgramLimits(1, 64L << 20, 50, ProgramLimits.LogLimits.DEFAULT),
                Optional.empty(),
                PullPolicy.NEVER,
                "docker-executor-test");
    }

    static URI engine() {
        String address = System.getenv("DOCKER_HOST");
        return address == null ? DockerSettings.DEFAULT_ENGINE : URI.create(address);
    }

    @Override
    protected Executor executor() {
        return executor;
    }

    @Override
    protected ImageName image() {
        return image;
    }

    @Override
    protected List<String> arguments() {
        return shell(
                "echo hello; echo there; while [ ! -s end ]; do sleep 0.05; done; exit $(cat end)");
    }

    private static List<String> shell(String commands) {
        return List.of("sh", "-c", commands);
    }

    @Override
    protected void letEnd(JobId job, int exitCode) {
        try {
            Files.writeString(volumes.resolve(job.value()).resolve("end"), exitCode + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private JobId ran(String name, String commands) throws Exception {
        JobId job = job(name);
        executor.workspace(job).rewrite().close();
        run(program(job, shell(commands)));
        return job;
    }

    private Execution.Ended run(ProgramSpec program) throws Exception {
        try (var events = Events.of(executor)) {
            if (executor.start(program) instanceof Execution.Ended end) {
                return end;
            }
            return awaitEnd(program.job(), events);
        }
    }

    private JsonNode described(JobId job) throws IOException {
        return new ObjectMapper().readTree(executor.describe(job).orElseThrow());
    }

    @Test
    void programIsLockedDown() throws Exception {
        JobId job =
                ran(
                        "locked",
                        "id -u; ls -A /sys/class/net; grep -E 'CapEff|CapBnd|NoNewPrivs'"
                                + " /proc/self/status; cat /proc/1/comm; ulimit -c; echo $HOME; pwd");

        List<String> said =
                logOf(job).lines().map(line -> line.substring(line.indexOf(' ') + 1)).toList();
        assertThat(said)
                .containsExactly(
                        Integer.toString(ContainerUser.ofThisProcess().uid()),
                        "lo",
                        "CapEff:\t0000000000000000",
                        "CapBnd:\t0000000000000000",
                        "NoNewPrivs:\t1",
                        "docker-init",
                        "0",
                        "/tmp",
                        "/workspace");
    }

    @Test
    void containerHasNamesAndLimits() throws Exception {
        JobId job = ran("limits", "true");

        JsonNode facts = described(job);
        assertThat(facts.path("Name").asText()).isEqualTo("/os-job-" + job);
        JsonNode labels = facts.path("Config").path("Labels");
        assertThat(labels.path("job-runner").asText("absent")).isEmpty();
        assertThat(labels.path("jobrunner-local").asText("absent")).isEmpty();
        assertThat(labels.path("workspace").asText()).isEqualTo("flucats");
        assertThat(labels.path("action").asText()).isEqualTo("test_action");
        JsonNode host = facts.path("HostConfig");
        assertThat(host.path("Memory").asLong()).isEqualTo(64L << 20);
        assertThat(host.path("MemorySwap").asLong()).isEqualTo(64L << 20);
        assertThat(host.path("NanoCpus").asLong()).isEqualTo(1_000_000_000);
        assertThat(host.path("PidsLimit").asLong()).isEqualTo(50);
        assertThat(host.path("NetworkMode").asText()).isEqualTo("none");
        assertThat(host.path("CapDrop").toString()).isEqualTo("[\"ALL\"]");
        assertThat(host.path("LogConfig").path("Config").path("max-size").asText())
                .isEqualTo(Long.toString(20L << 20));
    }

    @Test
    void programOutOfMemoryIsSaidToBe() throws Exception {
        JobId job = job("memory");
        executor.workspace(job).rewrite().close();

        Execution.Ended end = run(program(job, shell("exec tail /dev/zero")));

        assertThat(end.exit().code()).isEqualTo(137);
        assertThat(end.exit().outOfMemory()).isTrue();
        assertThat(end.exit().memoryLimitBytes()).hasValue(64L << 20);
    }

    @Test
    void programWritesIntoItsWorkspace() throws Exception {
        JobId job = job("writes");
        try (var writer = executor.workspace(job).rewrite()) {
            writer.file(
                    "run.sh",
                    Channels.newChannel(bytes("#!/bin/sh\necho x > data/y\n")),
                    FileKind.EXECUTABLE);
            writer.directory("data");
        }

        assertThat(run(program(job, List.of("./run.sh"))).exit().code()).isZero();
        assertThat(shown(job)).containsEntry("data/y", Kind.REGULAR);
    }

    @Test
    void hostileTreeIsShownAndRemoved() throws Exception {
        JobId job =
                ran(
                        "hostile",
                        """
                        ln -s /etc/passwd file-link
                        ln -s /etc directory-link
                        mkfifo pipe
                        touch "$(printf 'new\\nline')" "$(printf 'bad\\377name')"
                        echo x > one; ln one two
                        mkdir locked; touch locked/in; chmod 0 locked
                        i=0; while [ $i -lt 300 ]; do mkdir d && cd d || exit 1; i=$((i+1)); done
                        """);

        var entries = shown(job);
        assertThat(entries)
                .containsEntry("file-link", Kind.SYMLINK)
                .containsEntry("directory-link", Kind.SYMLINK)
                .containsEntry("pipe", Kind.OTHER)
                .containsEntry("new\nline", Kind.REGULAR)
                .containsEntry("bad\ufffdname", Kind.OTHER)
                .containsEntry("d/d/d", Kind.DIRECTORY);
        assertThat(entries.keySet()).allMatch(path -> path.length() < 2 * TreeVisit.DEEPEST + 30);
        executor.workspace(job)
                .visit((entry, content) -> {
                    if (entry.path().equals("one")) {
                        assertThat(entry.links()).isEqualTo(2);
                    }
                    if (entry.kind() != Kind.REGULAR) {
                        assertThatThrownBy(content::open).isInstanceOf(IOException.class);
                    }
                });

        executor.remove(job);
        assertThat(volumes).isEmptyDirectory();
    }

    @Test
    void longLinesAreNotCutByTimestamps() throws Exception {
        JobId job = ran("long", "head -c 100000 /dev/zero | tr '\\0' x; echo; echo end");

        assertThat(logOf(job).lines().toList())
                .hasSize(2)
                .satisfies(lines -> assertThat(lines.getFirst()).matches("[^ ]+ x{100000}"));
    }

    @Test
    void logWhoseStartTheEngineDroppedSaysSo() throws Exception {
        DockerSettings usual = settings(volumes);
        executor.close();
        executor =
                new DockerExecutor(
                        new DockerSettings(
                                usual.engine(),
                                usual.callTimeout(),
                                usual.workspaces(),
                                usual.user(),
                                new ProgramLimits(
                                        1, 64L << 20, 50, new ProgramLimits.LogLimits(100_000, 3)),
                                usual.database(),
                                usual.pull(),
                                usual.instance()));
        JobId whole = ran("whole", "seq 1 1000");
        JobId cut = ran("cut", "seq 1 10000");
        JobId odd = ran("odd", "echo first; head -c 60000 /dev/zero; echo; echo last");

        assertThat(logOf(whole)).contains(" 1\n").doesNotContain("may be missing");
        assertThat(logOf(cut))
                .doesNotContain(" 1\n")
                .contains(" 10000\n")
                .endsWith("3 files of 100000 bytes of what a program says ...]\n");
        // Sixty thousand zeros are more than 300,000 bytes in the engine's file.
        assertThat(logOf(odd)).contains("last").contains("may be missing");
    }

    @Test
    void brokenSinkIsNotTheEnginesFault() throws Exception {
        JobId job = ran("sink", "echo hello");
        var broken =
                new OutputStream() {
                    @Override
                    public void write(int oneByte) throws IOException {
                        throw new IOException("disk full");
                    }
                };

        assertThatThrownBy(() -> executor.copyLog(job, broken))
                .isInstanceOf(IOException.class)
                .hasMessage("disk full");
    }

    @Test
    void imageThatVanishedIsNamed() throws Exception {
        JobId job = job("vanished");
        executor.workspace(job).rewrite().close();
        var digest = new ImageDigest("sha256:" + "0".repeat(64));
        var program =
                new ProgramSpec(
                        job,
                        program(job, List.of()).workspace(),
                        program(job, List.of()).action(),
                        digest,
                        List.of(),
                        Map.of(),
                        Optional.empty());

        assertThatThrownBy(() -> executor.start(program))
                .isInstanceOf(ExecutorException.class)
                .hasMessageContaining(digest.value());
    }

    @Test
    void programThatTheImageDoesNotHaveIsRefused() throws Exception {
        JobId job = job("program");
        executor.workspace(job).rewrite().close();

        // The stand-in's entry point reports it itself; so the shell's code is what ends it.
        assertThat(run(program(job, List.of("no-such-program"))).exit().code()).isEqualTo(127);
    }

    @Test
    void databaseNeedsItsNetwork() throws Exception {
        JobId job = job("network");
        executor.workspace(job).rewrite().close();
        ProgramSpec program = withDatabase(program(job, shell("true")));

        assertThatThrownBy(() -> executor.start(program))
                .isInstanceOf(ExecutorException.class)
                .hasMessageContaining("network");
    }

    static ProgramSpec withDatabase(ProgramSpec program) {
        return new ProgramSpec(
                program.job(),
                program.workspace(),
                program.action(),
                program.image(),
                program.arguments(),
                program.environment(),
                Optional.of(new ProgramSpec.DatabaseAddress("db.test")));
    }
}

package org.securebackend.runner.docker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.securebackend.runner.docker.TarOutput.Header;
import org.securebackend.runner.executor.ExecutorException;
import org.securebackend.runner.executor.ExecutorUnavailableException;
import org.securebackend.runner.executor.WorkspaceWriter;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.RequestId;

/** Engines that hang, break off or say strange things while a volume is filled or read. */
@Timeout(60)
class VolumeTroubleTest {
    private static final Duration SOON = Duration.ofSeconds(2);
    private static final JobId JOB = JobId.of(new RequestId("volume-trouble"), "action");
    private static final String OURS =
            "{\"Id\": \"0123\", \"Labels\": {\"runner-instance\": \"t\"},"
                    + " \"Config\": {\"Labels\": {\"runner-instance\": \"t\"}}}";

    @TempDir private Path folder;

    private DockerExecutor executor(URI engine) {
        return new DockerExecutor(
                new DockerSettings(
                        engine,
                        SOON,
                        WorkspacePlace.inVolumes(folder.resolve("volumes")),
                        ContainerUser.ofThisProcess(),
                        ProgramLimits.DEFAULT,
                        Optional.empty(),
                        PullPolicy.NEVER,
                        "t"));
    }

    /** An engine with the job's volume, which answers so when its archive is asked for. */
    private FakeEngine reading(String archive) throws IOException {
        return FakeEngine.answering(
                folder.resolve("engine.sock"),
                line -> line.contains("/archive") ? archive : FakeEngine.json(200, OURS));
    }

    /** An engine without it, which takes archives and answers so. */
    private FakeEngine filling(String answer) throws IOException {
        var made = new AtomicBoolean();
        return FakeEngine.answering(
                folder.resolve("engine.sock"),
                line -> {
                    if (line.startsWith("PUT ")) {
                        return answer;
                    }
                    if (line.startsWith("POST ")) {
                        made.set(true);
                        return FakeEngine.json(201, OURS);
                    }
                    if (!line.contains("GET /")) {
                        // Some of an archive, which ends in an empty line as a request's head does.
                        return "";
                    }
                    boolean absent =
                            line.contains("/os-job-")
                                    || (line.contains("/volumes/") && !made.get());
                    return absent
                            ? FakeEngine.json(404, "{\"message\": \"none\"}")
                            : FakeEngine.json(200, OURS);
                });
    }

    private static String archive() throws IOException {
        var bytes = new ByteArrayOutputStream();
        var archive = new TarOutput(bytes, ContainerUser.FALLBACK, Instant.EPOCH);
        archive.begin(new Header(TarEntry.DIRECTORY, "./", "", 0, 0755));
        archive.begin(new Header(TarEntry.FILE, "./a", "", 5, 0644));
        bytes.writeBytes("aaaaa".getBytes(UTF_8));
        archive.pad(5);
        archive.end();
        return bytes.toString(UTF_8);
    }

    private List<String> shown(String answer) throws IOException {
        var shown = new ArrayList<String>();
        try (var engine = reading(answer);
                var executor = executor(engine.address())) {
            executor.workspace(JOB).visit((entry, _) -> shown.add(entry.path()));
        }
        return shown;
    }

    private static String ok(String body, int length) {
        return "HTTP/1.1 200 OK\r\nContent-Type: application/x-tar\r\nContent-Length: %d\r\n\r\n%s"
                .formatted(length, body);
    }

    @Test
    void wholeArchiveIsShown() throws IOException {
        assertThat(shown(ok(archive(), archive().length()))).containsExactly("a");
    }

    /** Engines do for clients who take it, and need several times as long then. */
    @Test
    void engineIsNotMadeToCompressArchives() throws IOException {
        try (var engine = reading(ok(archive(), archive().length()));
                var executor = executor(engine.address())) {
            executor.workspace(JOB).visit((_, _) -> {});

            assertThat(
                            engine.heard().stream()
                                    .dropWhile(line -> !line.contains("/archive"))
                                    .takeWhile(line -> !line.isEmpty()))
                    .contains("Accept-Encoding: identity")
                    .noneMatch(line -> line.contains("gzip"));
        }
    }

    @Test
    void engineThatStopsInTheMiddleIsGivenUp() throws IOException {
        String part = archive().substring(0, 1200);
        long before = System.nanoTime();
        assertThatThrownBy(() -> shown(ok(part, archive().length())))
                .isInstanceOf(ExecutorUnavailableException.class)
                .hasMessageContaining("did not answer within");
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void shorterArchiveThatLooksWholeIsNoWorkspace() throws IOException {
        String part = archive().substring(0, 1024 + 512);
        assertThatThrownBy(() -> shown(ok(part, part.length()))).isInstanceOf(EOFException.class);
    }

    @Test
    void refusalIsToldAsTheEngineSaidIt() {
        assertThatThrownBy(() -> shown(FakeEngine.json(500, "{\"message\": \"broken store\"}")))
                .isInstanceOf(ExecutorException.class)
                .hasMessageContaining("broken store");
    }

    @Test
    void holderThatVanishesIsNoReasonToFailTheJob() {
        assertThatThrownBy(() -> shown(FakeEngine.json(404, "{\"message\": \"no container\"}")))
                .isInstanceOf(ExecutorUnavailableException.class);
    }

    @Test
    void absentVolumeIsSaidToBe() throws IOException {
        try (var engine = filling("");
                var executor = executor(engine.address())) {
            assertThatThrownBy(() -> executor.workspace(JOB).visit((_, _) -> {}))
                    .isInstanceOf(FileNotFoundException.class);
        }
    }

    @Test
    void engineThatNeverSaysThatItHasAllIsGivenUp() throws IOException {
        try (var engine = filling("");
                var executor = executor(engine.address())) {
            WorkspaceWriter writer = executor.workspace(JOB).rewrite();
            writer.directory("a");
            assertThatThrownBy(writer::close)
                    .isInstanceOf(ExecutorUnavailableException.class)
                    .hasMessageContaining("did not answer within");
        }
    }

    @Test
    void fullDiskOfTheEngineIsSaidToBe() throws IOException {
        try (var engine =
                        filling(
                                FakeEngine.json(
                                        500, "{\"message\": \"No space left on device\"}"));
                var executor = executor(engine.address())) {
            assertThatThrownBy(() -> executor.workspace(JOB).rewrite().close())
                    .isInstanceOf(ExecutorUnavailableException.class)
                    .hasMessageContaining("disk is full");
        }
    }
}

package org.securebackend.runner.docker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.securebackend.runner.executor.Execution;
import org.securebackend.runner.job.Exit;

/** How the engine's answers are read. */
class InspectionTest {
    private static JsonNode json(String text) throws IOException {
        return new ObjectMapper().readTree(text.replace('\'', '"'));
    }

    @ParameterizedTest
    @CsvSource({
        "PATH=/bin, PATH=/bin",
        "LC_ALL=C, LC_ALL=C",
        "DATABASE_URL=mssql://u:p@h/d, DATABASE_URL=xxxx-REDACTED-xxxx",
        "path=/bin, path=xxxx-REDACTED-xxxx",
        "A=b=c, A=xxxx-REDACTED-xxxx",
        "BARE, BARE=xxxx-REDACTED-xxxx",
    })
    void onlyAllowedVariablesAreShown(String variable, String shown) throws IOException {
        JsonNode facts = json("{'Config':{'Env':['%s']}}".formatted(variable));
        assertThat(Redaction.redact(facts).path("Config").path("Env").get(0).asText())
                .isEqualTo(shown);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'State':{'Status':'created','StartedAt':'0001-01-01T00:00:00Z'}}",
                "{'State':{'Status':'exited','ExitCode':127,'StartedAt':'0001-01-01T00:00:00Z'}}",
            })
    void whatNeverRanIsAbsent(String inspection) throws IOException {
        assertThat(Executions.of(json(inspection))).isEqualTo(new Execution.Absent());
    }

    @Test
    void pausedProgramStillRuns() throws IOException {
        assertThat(
                        Executions.of(
                                json(
                                        "{'State':{'Status':'paused',"
                                                + "'StartedAt':'2026-01-01T00:00:00.5Z'}}")))
                .isEqualTo(new Execution.Running(Instant.parse("2026-01-01T00:00:00.5Z")));
    }

    @Test
    void endIsNeverBeforeTheStart() throws IOException {
        assertThat(
                        Executions.of(
                                json(
                                        "{'State':{'Status':'exited','ExitCode':3,'OOMKilled':true,"
                                                + "'StartedAt':'2026-01-01T00:00:02Z',"
                                                + "'FinishedAt':'2026-01-01T00:00:01Z'},"
                                                + "'HostConfig':{'Memory':7}}")))
                .isEqualTo(
                        new Execution.Ended(
                                new Exit(3, true, OptionalLong.of(7)),
                                Instant.parse("2026-01-01T00:00:02Z")));
    }

    @ParameterizedTest
    @CsvSource({
        "python, python:latest",
        "python:v2, python:v2",
        "registry.test:5000/python, registry.test:5000/python:latest",
        "registry.test:5000/a/python:v2, registry.test:5000/a/python:v2",
        "a/python@sha256:00, a/python@sha256:00",
    })
    void imagesAreFetchedByOneTag(String image, String fetched) {
        assertThat(Images.withTag(image)).isEqualTo(fetched);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "host", "bridge", "default", "none", "Host", "container:db"})
    void openNetworksAreNoDatabaseNetworks(String name) {
        assertThatThrownBy(() -> DatabaseNetwork.named(name))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"0,0", "0,10", "10,0", "-1,10"})
    void nobodyRunsAsRoot(int uid, int gid) {
        assertThatThrownBy(() -> new ContainerUser(uid, gid))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static byte[] frame(int stream, String text) {
        byte[] bytes = text.getBytes(UTF_8);
        return ByteBuffer.allocate(8 + bytes.length)
                .put((byte) stream)
                .put(new byte[3])
                .putInt(bytes.length)
                .put(bytes)
                .array();
    }

    private static String log(byte[]... frames) throws IOException {
        var all = new ByteArrayOutputStream();
        for (byte[] frame : frames) {
            all.write(frame);
        }
        var sink = new ByteArrayOutputStream();
        LogFrames.copy(new ByteArrayInputStream(all.toByteArray()), sink);
        return sink.toString(UTF_8);
    }

    @Test
    void piecesOfOneLineAreJoined() throws IOException {
        assertThat(log(frame(1, "T1 a"), frame(1, "T2 b"), frame(1, "T3 c\n"), frame(1, "T4 d\n")))
                .isEqualTo("T1 abc\nT4 d\n");
    }

    @Test
    void lineThatAnotherStreamInterruptsIsEnded() throws IOException {
        assertThat(log(frame(1, "T1 a"), frame(2, "T2 err\n"), frame(1, "T3 b\n")))
                .isEqualTo("T1 a\nT2 err\nT3 b\n");
    }

    @Test
    void lastLineIsEnded() throws IOException {
        assertThat(log(frame(1, "T1 a"))).isEqualTo("T1 a\n");
        assertThat(log()).isEmpty();
    }

    @Test
    void logThatIsCutOffIsNotTakenForWhole() {
        byte[] frame = frame(1, "T1 hello\n");
        assertThatThrownBy(() -> log(Arrays.copyOf(frame, 12))).isInstanceOf(EOFException.class);
        assertThatThrownBy(() -> log(Arrays.copyOf(frame, 5))).isInstanceOf(EOFException.class);
    }
}

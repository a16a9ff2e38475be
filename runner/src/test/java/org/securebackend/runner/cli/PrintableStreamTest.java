package org.securebackend.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrintableStreamTest {
    private static String shown(byte[] bytes, int chunk) throws IOException {
        var sink = new ByteArrayOutputStream();
        try (var stream = new PrintableStream(sink)) {
            for (int i = 0; i < bytes.length; i += chunk) {
                stream.write(bytes, i, Math.min(chunk, bytes.length - i));
            }
        }
        return sink.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 100_000})
    void nothingReachesTheTerminalThatControlsIt(int chunk) throws IOException {
        byte[] log =
                "a\u001b[2J\tb\u0007\nü€😀\u009b31m\u202e10%\r20%\r\nend"
                        .getBytes(StandardCharsets.UTF_8);

        assertThat(shown(log, chunk))
                .isEqualTo("a\\u001b[2J\tb\\u0007\nü€😀\\u009b31m\\u202e10%\n20%\nend");
    }

    @Test
    void whatIsNoUtf8IsReplacedAlsoAtTheEnd() throws IOException {
        byte[] log = {'a', (byte) 0x9b, '3', (byte) 0xe2, (byte) 0x82};

        assertThat(shown(log, 2)).isEqualTo("a\ufffd3\ufffd");
    }

    @Test
    void longLogComesWhole() throws IOException {
        String log = "0123456789€\n".repeat(20_000);

        assertThat(shown(log.getBytes(StandardCharsets.UTF_8), 65_536)).isEqualTo(log);
    }
}

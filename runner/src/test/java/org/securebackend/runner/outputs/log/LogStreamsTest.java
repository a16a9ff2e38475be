package org.securebackend.runner.outputs.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogStreamsTest {
    private static final String SECRET = "p\u00e4ss&word/\"1 2\"<3>";

    private static String masked(Secrets secrets, String text, int chunk) throws IOException {
        var out = new ByteArrayOutputStream();
        byte[] bytes = text.getBytes(UTF_8);
        try (var masking = new MaskingStream(out, secrets)) {
            for (int from = 0; from < bytes.length; from += chunk) {
                masking.write(bytes, from, Math.min(chunk, bytes.length - from));
            }
        }
        return out.toString(UTF_8);
    }

    @Test
    void secretIsMaskedInEveryForm() throws IOException {
        Secrets secrets = Secrets.of(List.of(SECRET));
        for (String form :
                List.of(
                        SECRET,
                        URLEncoder.encode(SECRET, UTF_8),
                        URLEncoder.encode(SECRET, UTF_8).replace("+", "%20"),
                        HexFormat.of().formatHex(SECRET.getBytes(UTF_8)),
                        "p\u00e4ss&word/\\\"1 2\\\"<3>",
                        "p\\u00e4ss&word/\\\"1 2\\\"<3>",
                        "p\u00e4ss&amp;word/&quot;1 2&quot;&lt;3&gt;",
                        "p%c3%a4ss%26word%2f%221+2%22%3c3%3e")) {
            assertThat(masked(secrets, "before " + form + " after\n", 1000))
                    .as(form)
                    .isEqualTo("before xxxx-REDACTED-xxxx after\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "ab", "abc", "user:"})
    void secretIsMaskedInBase64WhereverItBegins(String before) throws IOException {
        String secret = "correct horse battery";
        String encoded =
                Base64.getEncoder().encodeToString((before + secret + " tail").getBytes(UTF_8));
        assertThat(masked(Secrets.of(List.of(secret)), encoded, 1000)).contains(MaskingStream.MASK);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 64, 65_536, 100_000})
    void secretInSeveralPiecesIsMasked(int chunk) throws IOException {
        String text = ("x".repeat(65_530) + SECRET + "y").repeat(3) + SECRET;
        assertThat(masked(Secrets.of(List.of(SECRET)), text, chunk))
                .isEqualTo(text.replace(SECRET, MaskingStream.MASK));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 100_000})
    void overlappingSecretsAreCoveredTogether(int chunk) throws IOException {
        Secrets secrets = Secrets.of(List.of("abcdefgh", "efghijkl", "cdef"));
        String text = ("x".repeat(65_529) + "abcdefghijkl-abcdefgh-efghijkl.").repeat(2);
        assertThat(masked(secrets, text, chunk))
                .isEqualTo(
                        ("x".repeat(65_529) + "MASK-MASK-MASK.")
                                .repeat(2)
                                .replace("MASK", MaskingStream.MASK));
    }

    @Test
    void passwordInADatabaseUrlIsASecretToo() throws IOException {
        Secrets secrets = Secrets.of(List.of("mssql://user:pa%2Fss-word@host:1433/db"));
        assertThat(masked(secrets, "login with pa/ss-word or pa%2Fss-word\n", 5))
                .isEqualTo("login with xxxx-REDACTED-xxxx or xxxx-REDACTED-xxxx\n");
    }

    @Test
    void everyLineOfASecretOfManyLinesIsMasked() throws IOException {
        Secrets secrets = Secrets.of(List.of("-----BEGIN-----\nline one\nline two\n"));
        assertThat(masked(secrets, "2026 line one\n2026 line two\n", 4))
                .doesNotContain("line one", "line two");
    }

    @Test
    void shortAndEmptyTextsAreNoSecrets() throws IOException {
        assertThat(masked(Secrets.of(List.of("", "a", "abc")), "abcabc", 3)).isEqualTo("abcabc");
        assertThat(masked(Secrets.none(), "abc", 1)).isEqualTo("abc");
        assertThat(Secrets.of(List.of(SECRET)).toString()).doesNotContain("ss&word");
    }

    @Test
    void endlessLineIsCutAndTheCutIsMarked() throws IOException {
        var out = new ByteArrayOutputStream();
        try (var lines = new LineCuttingStream(out, 10)) {
            lines.write("short\n".getBytes(UTF_8));
            for (int i = 0; i < 5; i++) {
                lines.write("12345".getBytes(UTF_8));
            }
            lines.write("\nexact_ten.\n12345678901".getBytes(UTF_8));
        }
        assertThat(out.toString(UTF_8))
                .isEqualTo(
                        "short\n1234512345[... 15 bytes of this line left out]\nexact_ten.\n"
                                + "1234567890[... 1 bytes of this line left out]");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4, 10, 1000})
    void headAndTailAreKeptAndTheCutIsMarked(int chunk) throws IOException {
        for (int length : new int[] {0, 5, 6, 9, 10, 11, 15, 100}) {
            String text = "abcdefghij".repeat(10).substring(0, length);
            var out = new ByteArrayOutputStream();
            try (var bounded = new HeadAndTailStream(out, new LogLimits(6, 4, 100))) {
                byte[] bytes = text.getBytes(UTF_8);
                for (int from = 0; from < length; from += chunk) {
                    bounded.write(bytes, from, Math.min(chunk, length - from));
                }
            }
            String expected =
                    length <= 10
                            ? text
                            : text.substring(0, 6)
                                    + "\n[... %d bytes of the log left out ...]\n"
                                            .formatted(length - 10)
                                    + text.substring(length - 4);
            assertThat(out.toString(UTF_8)).as("%d bytes", length).isEqualTo(expected);
        }
    }
}

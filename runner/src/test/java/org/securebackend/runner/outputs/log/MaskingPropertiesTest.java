package org.securebackend.runner.outputs.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random secrets in random forms among random texts, written in random pieces. */
class MaskingPropertiesTest {
    private static final String CHARACTERS =
            "abcABC0189+/=%&?#'\"\\<>:;,.@$!*()[]{}|^~`_- \t\u00e4\u20ac\ud83d\ude00";
    private static final ObjectMapper PLAIN = new ObjectMapper();
    private static final ObjectMapper ASCII =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    static IntStream seeds() {
        return IntStream.range(0, 500);
    }

    private static String text(Random random, int least, int most) {
        int length = random.nextInt(least, most + 1);
        int[] points = CHARACTERS.codePoints().toArray();
        var text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.appendCodePoint(points[random.nextInt(points.length)]);
        }
        return text.toString();
    }

    /** The forms of which nothing may be left. */
    private static List<String> forms(String secret) throws IOException {
        String url = URLEncoder.encode(secret, UTF_8);
        return List.of(
                secret,
                url,
                url.replace("+", "%20"),
                inQuotes(PLAIN.writeValueAsString(secret)),
                inQuotes(ASCII.writeValueAsString(secret)),
                inQuotes(PLAIN.writeValueAsString(secret)).replace("/", "\\/"));
    }

    private static String inQuotes(String json) {
        return json.substring(1, json.length() - 1);
    }

    private static String base64(Random random, String secret) {
        Base64.Encoder encoder =
                random.nextBoolean()
                        ? Base64.getEncoder()
                        : Base64.getUrlEncoder().withoutPadding();
        String user = "user:0123456789".substring(0, random.nextInt(15));
        return encoder.encodeToString((user + secret + text(random, 0, 5)).getBytes(UTF_8));
    }

    private static byte[] masked(Secrets secrets, byte[] bytes, Random pieces) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var masking = new MaskingStream(out, secrets)) {
            int from = 0;
            while (from < bytes.length) {
                int length =
                        Math.min(
                                bytes.length - from,
                                pieces.nextInt(20) == 0
                                        ? pieces.nextInt(100_000)
                                        : pieces.nextInt(60));
                masking.write(bytes, from, length);
                from += length;
            }
        }
        return out.toByteArray();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void noFormOfASecretIsLeftHoweverItIsWritten(int seed) throws IOException {
        var random = new Random(seed);
        List<String> hidden = new ArrayList<>();
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            hidden.add(text(random, 8, 40).strip() + "end");
        }
        Secrets secrets = Secrets.of(hidden);
        var said = new StringBuilder();
        for (int i = random.nextInt(1, 40); i > 0; i--) {
            String secret = hidden.get(random.nextInt(hidden.size()));
            List<String> forms = forms(secret);
            said.append(text(random, 0, 200)).append('\n');
            if (random.nextInt(10) == 0) {
                said.append("x".repeat(random.nextInt(70_000)));
            }
            said.append(
                    random.nextInt(4) == 0
                            ? base64(random, secret)
                            : forms.get(random.nextInt(forms.size())));
        }
        byte[] bytes = said.toString().getBytes(UTF_8);

        byte[] inPieces = masked(secrets, bytes, random);

        assertThat(inPieces).isEqualTo(masked(secrets, bytes, new Random(seed + 1)));
        String left = new String(inPieces, UTF_8);
        assertThat(left.contains(MaskingStream.MASK)).isTrue();
        for (String secret : hidden) {
            for (String form : forms(secret)) {
                assertThat(left.contains(form)).as(form).isFalse();
            }
            for (int before = 0; before < 3; before++) {
                assertThat(left.contains(middleOfBase64(secret, before))).as(secret).isFalse();
            }
        }
    }

    /** What of a secret's Base64 is the same whatever stands around it. */
    private static String middleOfBase64(String secret, int before) {
        String all =
                Base64.getEncoder()
                        .withoutPadding()
                        .encodeToString(("x".repeat(before) + secret).getBytes(UTF_8));
        return all.substring(before == 0 ? 0 : before + 1, all.length() - 2);
    }
}

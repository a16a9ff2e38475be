package org.securebackend.runner.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a file holds, reading it ends soon and with a result. */
class HostileFilesTest {
    private static final List<byte[]> CORPUS = corpus();

    private static final List<String> YAMLISH =
            List.of(
                    "a",
                    "b",
                    "1",
                    " ",
                    "  ",
                    "\n",
                    "\n  ",
                    "\t",
                    ":",
                    ": ",
                    "- ",
                    "? ",
                    "[",
                    "]",
                    "{",
                    "}",
                    ",",
                    "&a ",
                    "*a",
                    "!",
                    "!!int ",
                    "!x ",
                    "|",
                    ">",
                    "'",
                    "\"",
                    "\\",
                    "%",
                    "%YAML 1.1\n",
                    "%YAML 9.9\n",
                    "---\n",
                    "...\n",
                    "#",
                    " #",
                    "<<: ",
                    "~",
                    "\u0085",
                    "\u2028",
                    "\uFEFF",
                    "é",
                    "😀",
                    "\\x",
                    "\\U00110000",
                    "@",
                    "run: ",
                    "outputs: ",
                    "needs: ",
                    "version: ",
                    "0x",
                    "1e9999999999");

    static IntStream seeds() {
        return IntStream.range(0, 500);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void anyBytesAreReadOrRefused(int seed) {
        var random = new Random(seed);
        byte[] bytes = new byte[random.nextInt(300)];
        random.nextBytes(bytes);
        assertRead(bytes);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void anyMixOfYamlsOwnCharactersIsReadOrRefused(int seed) {
        var random = new Random(seed);
        String text =
                Stream.generate(() -> YAMLISH.get(random.nextInt(YAMLISH.size())))
                        .limit(random.nextInt(31))
                        .collect(Collectors.joining());
        assertRead(text.getBytes(StandardCharsets.UTF_8));
        assertRead(("version: 5\nactions:\n  " + text).getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void damagedFilesAreReadOrRefused(int seed) {
        var random = new Random(seed);
        byte[] file = CORPUS.get(random.nextInt(CORPUS.size())).clone();
        byte[] other = CORPUS.get(random.nextInt(CORPUS.size()));
        for (int i = random.nextInt(8); i >= 0 && file.length > 0; i--) {
            int at = random.nextInt(file.length);
            switch (random.nextInt(4)) {
                case 0 -> file[at] = (byte) random.nextInt(256);
                case 1 -> file[at] = (byte) " \t\n:-?[]{}&*!|>'\"%@`#,".charAt(random.nextInt(22));
                case 2 ->
                        file =
                                splice(
                                        file,
                                        at,
                                        file,
                                        Math.min(file.length, at + random.nextInt(40)));
                default ->
                        file =
                                splice(
                                        file,
                                        at,
                                        other,
                                        other.length == 0 ? 0 : random.nextInt(other.length));
            }
        }
        assertRead(file);
    }

    static Stream<String> monsters() {
        int many = 30_000;
        return Stream.of(
                "[".repeat(1_000_000),
                "{".repeat(1_000_000),
                "? ".repeat(1_000_000),
                "- ".repeat(1_000_000),
                "!".repeat(1_000_000),
                "&".repeat(1_000_000),
                "'".repeat(1_000_001),
                "\"\\".repeat(500_000),
                "%".repeat(1_000_000),
                "a: ".repeat(300_000),
                " ".repeat(1_000_000) + "a",
                "\n".repeat(1_000_000),
                "#".repeat(1_000_000),
                "version: " + "9".repeat(1_000_000),
                "version: '" + "1_".repeat(500_000) + "1'",
                "version: 1e" + "9".repeat(1_000_000),
                "a: &a x\n" + lines(many, i -> "k" + i + ": *a"),
                "a: &a {"
                        + "x".repeat(1_000_000)
                        + ": 1}\n"
                        + lines(many, i -> "b" + i + ": {<<: *a}"),
                "a: &a "
                        + "x".repeat(1_000_000)
                        + "\n"
                        + lines(many, i -> "b" + i + ": {? *a : 1}"),
                "version: 4\nactions:\n"
                        + lines(
                                many,
                                i ->
                                        "  a"
                                                + i
                                                + ": {run: 'python:v1 "
                                                + i
                                                + "', needs: [b"
                                                + i
                                                + "], outputs: {highly_sensitive: {o: a.csv}}}"),
                "version: 4\nactions:\n"
                        + lines(
                                many,
                                i ->
                                        "  a"
                                                + i
                                                + ": {run: 'python:v1 "
                                                + i
                                                + "', needs: [a"
                                                + (i + 1) % many
                                                + ", a0], outputs: {highly_sensitive: {o: a"
                                                + i
                                                + ".csv}}}"),
                "version: 1\nactions:\n  a: &a\n    run: python:v1 x\n    outputs: {highly_sensitive: {"
                        + IntStream.range(0, 5_000)
                                .mapToObj(i -> "o" + i + ": x.csv")
                                .collect(Collectors.joining(", "))
                        + "}}\n"
                        + lines(many, i -> "  b" + i + ": *a"));
    }

    @ParameterizedTest
    @MethodSource("monsters")
    void endlessFilesAreReadOrRefusedQuickly(String text) {
        assertThat(text.length()).isLessThan(8 << 20);
        assertRead(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void actionFilesAreReadOrRefusedToo() {
        for (byte[] file : CORPUS) {
            assertThatCode(() -> ReusableActionFile.read(file)).doesNotThrowAnyException();
        }
    }

    private static String lines(int count, IntFunction<String> line) {
        return IntStream.range(0, count).mapToObj(line).collect(Collectors.joining("\n", "", "\n"));
    }

    private static void assertRead(byte[] bytes) {
        switch (PipelineParser.read(bytes)) {
            case PipelineReading.Valid valid -> assertThat(valid.pipeline().version()).isFinite();
            case PipelineReading.Invalid invalid -> assertThat(invalid.problems()).isNotEmpty();
        }
    }

    /** The first file up to {@code at}, then the second from {@code from} on. */
    private static byte[] splice(byte[] first, int at, byte[] second, int from) {
        byte[] spliced = new byte[at + second.length - from];
        System.arraycopy(first, 0, spliced, 0, at);
        System.arraycopy(second, from, spliced, at, second.length - from);
        return spliced;
    }

    private static List<byte[]> corpus() {
        try (Stream<Path> files =
                Files.walk(
                        Path.of(
                                Objects.requireNonNull(
                                                HostileFilesTest.class.getResource(
                                                        "/corpus/project-yaml/cases"))
                                        .toURI()))) {
            return files.filter(Files::isRegularFile)
                    .sorted()
                    .map(HostileFilesTest::bytes)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

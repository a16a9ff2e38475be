package org.securebackend.runner.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Real and hand-written project.yaml files, with the verdict of the reference (see the corpus's
 * README). {@code deliberate-differences.txt} lists where we are stricter, and why.
 */
class CorpusTest {
    private static final String CORPUS = "/corpus/project-yaml/";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Set<String> stricter = DeliberateDifferences.names();

    @TestFactory
    Stream<DynamicTest> everyFileIsJudgedAsTheReferenceDoes() throws IOException {
        return expectations()
                .filter(file -> !file.path("parser_dependent").asBoolean())
                .filter(file -> !stricter.contains(file.get("name").asText()))
                .map(file ->
                        DynamicTest.dynamicTest(
                                file.get("name").asText(), () -> assertJudged(file)));
    }

    @TestFactory
    Stream<DynamicTest> whereWeDifferWeAreStricter() throws IOException {
        return expectations()
                .filter(file -> stricter.contains(file.get("name").asText()))
                .map(file ->
                        DynamicTest.dynamicTest(
                                file.get("name").asText(),
                                () -> {
                                    assertThat(file.get("valid").asBoolean()).isTrue();
                                    assertThat(read(file))
                                            .isInstanceOf(PipelineReading.Invalid.class);
                                }));
    }

    @Test
    void everyDeliberateDifferenceIsInTheCorpus() throws IOException {
        assertThat(expectations().map(file -> file.get("name").asText())).containsAll(stricter);
    }

    @Test
    void allProblemsOfInvalidFilesComeInFileOrderWithinTheFile() throws IOException {
        expectations()
                .forEach(file -> {
                    if (read(file) instanceof PipelineReading.Invalid invalid) {
                        assertThat(invalid.problems())
                                .as(file.get("name").asText())
                                .isSortedAccordingTo(
                                        Comparator.comparingInt(Problem::line)
                                                .thenComparingInt(Problem::column))
                                .allSatisfy(problem -> {
                                    assertThat(problem.line()).isPositive();
                                    assertThat(problem.column()).isPositive();
                                    assertThat(problem.message()).isNotBlank();
                                });
                    }
                });
    }

    private static void assertJudged(JsonNode expected) {
        PipelineReading reading = read(expected);
        if (!expected.get("valid").asBoolean()) {
            assertThat(reading)
                    .as(expected.path("error_kind").asText())
                    .isInstanceOf(PipelineReading.Invalid.class);
            return;
        }
        assertThat(reading)
                .as(expected.get("name").asText())
                .isInstanceOf(PipelineReading.Valid.class);
        var valid = (PipelineReading.Valid) reading;
        Pipeline pipeline = valid.pipeline();
        assertThat(pipeline.version()).isEqualTo(expected.get("version").asDouble());
        assertThat(valid.warnings().stream().anyMatch(w -> w.path().equals("actions.run_all")))
                .isEqualTo(expected.get("warns_run_all").asBoolean());
        assertThat(pipeline.actions().values().stream().map(CorpusTest::facts).toList())
                .isEqualTo(
                        elements(expected.get("actions")).map(CorpusTest::expectedFacts).toList());
    }

    private static Map<String, Object> facts(Action action) {
        var outputs = new LinkedHashMap<String, Map<String, String>>();
        for (PrivacyLevel level : PrivacyLevel.values()) {
            if (action.outputs().levels().contains(level)) {
                outputs.put(level.key(), new LinkedHashMap<>());
            }
        }
        for (OutputSpec.Output output : action.outputs().outputs()) {
            outputs.computeIfAbsent(output.level().key(), level -> new LinkedHashMap<>())
                    .put(output.label(), output.pattern().text());
        }
        return Map.of(
                "id", action.name().value(),
                "image", action.run().image(),
                "version", action.run().version(),
                "args", action.run().arguments(),
                "needs", action.needs().stream().map(ActionName::value).toList(),
                "outputs", outputs,
                "database_action", action.databaseAction(),
                "has_config", action.config().isPresent(),
                "config", action.config().map(CorpusTest::parse).map(CorpusTest::plain).orElse(""));
    }

    private static Map<String, Object> expectedFacts(JsonNode action) {
        var outputs = new LinkedHashMap<String, Map<String, String>>();
        action.get("outputs")
                .properties()
                .forEach(level -> {
                    var labels = new LinkedHashMap<String, String>();
                    level.getValue()
                            .properties()
                            .forEach(
                                    label -> labels.put(label.getKey(), label.getValue().asText()));
                    outputs.put(level.getKey(), labels);
                });
        return Map.of(
                "id", action.get("id").asText(),
                "image", action.get("image").asText(),
                "version", action.get("version").asText(),
                "args", texts(action.get("args")),
                "needs", texts(action.get("needs")),
                "outputs", outputs,
                "database_action", action.get("database_action").asBoolean(),
                "has_config", action.get("has_config").asBoolean(),
                "config", action.has("config") ? plain(action.get("config")) : "");
    }

    private static String plain(JsonNode json) {
        return json.toString().replace("'", "\\u0027");
    }

    private static JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> texts(JsonNode array) {
        var texts = new ArrayList<String>();
        array.forEach(text -> texts.add(text.asText()));
        return texts;
    }

    private static PipelineReading read(JsonNode file) {
        return PipelineParser.read(bytes(file.get("file").asText()));
    }

    private static Stream<JsonNode> expectations() throws IOException {
        return elements(JSON.readTree(bytes("expected.json")));
    }

    private static Stream<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    private static byte[] bytes(String file) {
        try (InputStream resource =
                Objects.requireNonNull(CorpusTest.class.getResourceAsStream(CORPUS + file), file)) {
            return resource.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

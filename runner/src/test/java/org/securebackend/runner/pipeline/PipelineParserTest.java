package org.securebackend.runner.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PipelineParserTest {

    /** A project of one good action; the table below changes one thing each. */
    private static final String GOOD =
            """
            version: 4
            actions:
              a:
                run: python:v2 a.py
                needs: []
                outputs:
                  highly_sensitive:
                    o: out/a.csv
            """;

    static Stream<Arguments> mistakes() {
        return Stream.of(
                mistake("version: 4", "version: 6", "1:10 version: this version is not known"),
                mistake("version: 4", "version: x", "1:10 version: must be a number"),
                mistake("version: 4", "version:", "1:9 version: version is missing"),
                mistake("version: 4", "version: [4]", "1:10 version: must be a number"),
                mistake("version: 4", "version: .nan", "1:10 version: must be a number"),
                mistake("version: 4", "version: 1e999", "1:10 version: must be a number"),
                mistake("version: 4\n", "", "1:1 version: version is missing"),
                mistake("version: 4", "verison: 4", "1:1 version: version is missing"),
                mistake("version: 4", "version: 4\nx: 1", "2:1 unknown key \"x\""),
                mistake(
                        "version: 4",
                        "version: 4\naction: 1",
                        "2:1 unknown key \"action\"",
                        "did you mean \"actions\"?"),
                mistake("version: 4", "version: 4\n7: 1", "2:1 unknown key \"7\""),
                mistake(
                        "version: 4",
                        "version: 4\nb: {run: x}",
                        "2:1 unknown key \"b\"",
                        "belongs under actions"),
                mistake("version: 4", "version: 3", "1:1 expectations: is missing"),
                mistake(
                        "version: 4",
                        "version: 3\nexpectations: 5",
                        "2:15 expectations: must be a mapping"),
                mistake(
                        "version: 4",
                        "version: 3\nexpectations: {}",
                        "2:15 expectations: population_size is missing"),
                mistake(
                        "version: 4",
                        "version: 3\nexpectations: {population_size: 1, x: 2}",
                        "2:36 expectations: unknown key \"x\""),
                mistake(
                        "version: 4",
                        "version: 3\nexpectations: {population_size: many}",
                        "2:33 expectations.population_size: must be a whole number"),
                mistake(
                        "version: 4",
                        "version: 4\nexpectations: {population_size: 1}",
                        "2:1 expectations: cannot be used"),
                mistake("actions:\n", "actions: 5\nx:\n", "2:10 actions: must be a mapping"),
                mistake(
                        "  a:\n",
                        "  5:\n",
                        "3:3 actions: the name of an action must be text",
                        "\"5\""),
                mistake("  a:\n", "  a/b:\n", "3:3 actions: this cannot be the name"),
                mistake("  a:\n", "  '..':\n", "3:3 actions: this cannot be the name"),
                mistake("  a:\n", "  __error__:\n", "3:3 actions: this cannot be the name"),
                mistake(
                        "version: 4\nactions:\n  a:",
                        "version: 5\nactions:\n  run_all:",
                        "3:3 actions.run_all: run_all stands for all"),
                mistake("  a:\n", "  a: 5\n  b:\n", "3:6 actions.a: an action must be a mapping"),
                mistake("    run: python:v2 a.py\n", "", "3:3 actions.a: run is missing"),
                mistake(
                        "run: python:v2 a.py",
                        "runs: python:v2 a.py",
                        "4:5 actions.a: unknown key \"runs\"",
                        "did you mean \"run\"?"),
                mistake("run: python:v2 a.py", "run: 5", "4:10 actions.a.run: must be text"),
                mistake(
                        "run: python:v2 a.py",
                        "run: ''",
                        "4:10 actions.a.run: the command is empty"),
                mistake(
                        "run: python:v2 a.py",
                        "run: ' '",
                        "4:10 actions.a.run: the command is empty"),
                mistake(
                        "run: python:v2 a.py",
                        "run: python a.py",
                        "4:10 actions.a.run: \"python\" has no version"),
                mistake(
                        "run: python:v2 a.py",
                        "run: python:2 a.py",
                        "4:10 actions.a.run: \"2\" is not a version"),
                mistake(
                        "run: python:v2 a.py",
                        "run: python:v2 'a.py",
                        "4:10 actions.a.run: the quote ' at character 11"),
                mistake(
                        "run: python:v2 a.py",
                        "run: python:v2 a.py \\",
                        "4:10 actions.a.run: the command ends in a backslash"),
                mistake(
                        "run: python:v2 a.py",
                        "run: cohortextractor:v2 x",
                        "4:10 actions.a.run: cohortextractor cannot be used"),
                mistake(
                        "version: 4\nactions:\n  a:\n    run: python:v2",
                        "version: 5\nactions:\n  a:\n    run: python:latest",
                        "4:10 actions.a.run: the version latest cannot"),
                mistake("needs: []", "needs: b", "5:12 actions.a.needs: must be a list"),
                mistake("needs: []", "needs: [5]", "5:13 actions.a.needs: must be text"),
                mistake(
                        "needs: []",
                        "needs: [b c]",
                        "5:13 actions.a.needs: \"b c\" contains a space"),
                mistake(
                        "needs: []",
                        "needs: [A_]",
                        "5:13 actions.a.needs: there is no action \"A_\"",
                        "did you mean \"a\"?"),
                mistake("needs: []", "needs: [a]", "5:13 actions.a.needs: the action needs itself"),
                mistake("needs: []", "config: 5", "5:13 actions.a.config: must be a mapping"),
                mistake(
                        "needs: []",
                        "config: {x: !y z}",
                        "5:17 actions.a.config: this cannot be handed"),
                mistake(
                        "needs: []",
                        "config: {? [x] : z}",
                        "5:16 actions.a.config: this cannot be handed"),
                mistake(
                        "needs: []",
                        "dummy_data_file: [x]",
                        "5:22 actions.a.dummy_data_file: must be text"),
                mistake(
                        "    outputs:\n      highly_sensitive:\n        o: out/a.csv\n",
                        "",
                        "3:3 actions.a: outputs is missing"),
                mistake(
                        "outputs:\n      highly_sensitive:\n        o: out/a.csv\n",
                        "outputs: 5",
                        "6:14 actions.a.outputs: outputs must be a mapping"),
                mistake(
                        "outputs:\n      highly_sensitive:\n        o: out/a.csv\n",
                        "outputs: {}",
                        "6:14 actions.a.outputs: at least one of these levels"),
                mistake(
                        "highly_sensitive",
                        "highly_senstive",
                        "7:7 actions.a.outputs: unknown privacy level",
                        "did you mean \"highly_sensitive\"?"),
                mistake(
                        "      highly_sensitive:\n        o: out/a.csv",
                        "      highly_sensitive: [x]",
                        "7:25 actions.a.outputs.highly_sensitive: must be a mapping"),
                mistake(
                        "o: out/a.csv",
                        "o: 5",
                        "8:12 actions.a.outputs.highly_sensitive.o: a path must be text"),
                mistake(
                        "o: out/a.csv",
                        "o:",
                        "8:11 actions.a.outputs.highly_sensitive.o: the path is missing"),
                mistake(
                        "o: out/a.csv",
                        "o: out/a",
                        "8:12 actions.a.outputs.highly_sensitive.o: a path must end in"),
                mistake(
                        "o: out/a.csv",
                        "o: out/a.csv\n        p: out/a.csv",
                        "9:12 actions.a.outputs.highly_sensitive.p: the path out/a.csv is there already, at actions.a.outputs.highly_sensitive.o"),
                mistake(
                        "run: python:v2 a.py",
                        "run: ehrql:v1 generate-dataset d.py",
                        "4:10 actions.a.run: generating a dataset needs the option --output"),
                mistake(
                        "run: python:v2 a.py",
                        "run: ehrql:v1 generate-dataset d.py --output b.csv",
                        "4:10 actions.a.run: the value of --output, \"b.csv\", is not"),
                mistake(
                        "a.py\n    needs: []\n    outputs:\n      highly",
                        "a.py\n    needs: []\n    run: x\n    outputs:\n      highly",
                        "6:5 the key \"run\" is there already, at line 4"));
    }

    private static Arguments mistake(String good, String bad, String... expected) {
        return Arguments.of(GOOD.replace(good, bad), List.of(expected));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void everyMistakeIsShownAtItsPlace(String project, List<String> expected) {
        assertThat(project).isNotEqualTo(GOOD);
        assertThat(problems(project))
                .anySatisfy(problem ->
                        assertThat(problem).startsWith(expected.getFirst()).contains(expected));
    }

    @Test
    void goodProjectIsGood() {
        assertThat(valid(GOOD).actions()).containsOnlyKeys(new ActionName("a"));
    }

    @Test
    void allProblemsAreReportedAtOnceInFileOrder() {
        assertThat(
                        problems(
                                """
                                version: 9
                                extra: 1
                                actions:
                                  a:
                                    run: python
                                    needs: [b, nowhere]
                                    outputs:
                                      moderately_sensitive: {x: x.rds, y: /y.csv}
                                  b:
                                    run: python:v2 b.py
                                    needs: [a]
                                    outpus: {}
                                """))
                .extracting(problem -> problem.substring(0, problem.indexOf(' ')))
                .containsExactly(
                        "1:10", "2:1", "5:10", "6:13", "6:16", "8:33", "8:43", "9:3", "12:5");
    }

    @Test
    void cycleIsNamedInFullAndShownAtItsFirstNeed() {
        String project =
                GOOD.replace("needs: []", "needs: [c]")
                        + action("b", "a")
                        + action("c", "b")
                        + action("d", "c");
        assertThat(problems(project))
                .singleElement()
                .asString()
                .startsWith("5:13 actions.a.needs: ")
                .contains("a needs c needs b needs a");
    }

    @Test
    void tenThousandActionsInAChainAreReadQuickly() {
        String project =
                "version: 5\nactions:\n"
                        + IntStream.range(0, 10_000)
                                .mapToObj(i -> action("a" + i, i == 9_999 ? "" : "a" + (i + 1)))
                                .collect(Collectors.joining());
        assertThat(valid(project).actions()).hasSize(10_000);
        assertThat(problems(project.replace("needs: []", "needs: [a0]")))
                .singleElement()
                .asString()
                .contains("a9998 needs a9999 needs a0;");
    }

    @Test
    void thousandsOfProblemsAreCountedNotListed() {
        String project =
                "version: 5\nactions: {}\n"
                        + IntStream.range(0, 5_000)
                                .mapToObj(i -> "x" + i + ": 1\n")
                                .collect(Collectors.joining());
        assertThat(problems(project)).hasSize(1_001).last().asString().contains("4000 more");
    }

    @ParameterizedTest
    @CsvSource({
        "1,           true",
        "2,        false",
        "1.5,  true",
        "3.5, false",
        "0, true",
        "-1, true"
    })
    void outputsMustDifferFromVersionTwoOn(String version, boolean accepted) {
        String project =
                GOOD.replace("version: 4", "version: " + version)
                        + action("b", "").replace("out/b.csv", "out/a.csv");
        assertThat(PipelineParser.read(bytes(project)) instanceof PipelineReading.Valid)
                .isEqualTo(accepted);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "12        | 12",
                "'12'      | 12",
                "12.7      | 12",
                "' 7 '     | 7",
                "1_000     | 1000",
                "'1_000'   | 1000",
                "true      | 1",
                "-3        | -3"
            })
    void populationSizeIsReadGenerously(String size, int expected) {
        String project =
                GOOD.replace(
                        "version: 4",
                        "version: '3.0'\nexpectations: {population_size: " + size + "}");
        assertThat(valid(project).populationSize()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "4         | 4",
                "'4.0'     | 4",
                "'٤'       | 4",
                "' 4 '     | 4",
                "'0_4'     | 4",
                "0x4       | 4",
                "0o4       | 4",
                "!!float 4 | 4",
                "true      | 1",
                "-1        | -1"
            })
    void versionIsReadGenerously(String version, double expected) {
        assertThat(valid(GOOD.replace("version: 4", "version: " + version)).version())
                .isEqualTo(expected);
    }

    @Test
    void oldVersionsAndRunAllGiveWarnings() {
        var reading = PipelineParser.read(bytes(GOOD.replace("  a:", "  run_all:")));
        assertThat(reading).isInstanceOf(PipelineReading.Valid.class);
        assertThat(reading.warnings())
                .extracting(Problem::path)
                .containsExactly("version", "actions.run_all");
        assertThat(PipelineParser.read(bytes(GOOD.replace("version: 4", "version: 5"))).warnings())
                .isEmpty();
    }

    @Test
    void emptyFileAndListSayWhatIsNeeded() {
        assertThat(problems(""))
                .containsExactly("1:1 the file is empty; it needs the keys version and actions");
        assertThat(problems("- a\n"))
                .singleElement()
                .asString()
                .startsWith("1:1 the file must be a mapping");
    }

    @Test
    void configThatNoCommandLineCanHoldIsRefused() {
        String project = GOOD.replace("needs: []", "config: {x: " + "y".repeat(200_000) + "}");
        assertThat(problems(project))
                .singleElement()
                .asString()
                .startsWith("5:13 actions.a.config: as JSON");
    }

    static Pipeline valid(String project) {
        var reading = PipelineParser.read(bytes(project));
        assertThat(reading).isInstanceOf(PipelineReading.Valid.class);
        return ((PipelineReading.Valid) reading).pipeline();
    }

    private static List<String> problems(String project) {
        return switch (PipelineParser.read(bytes(project))) {
            case PipelineReading.Valid _ -> List.of();
            case PipelineReading.Invalid invalid ->
                    invalid.problems().stream()
                            .map(p -> p.line() + ":" + p.column() + " " + p.text())
                            .toList();
        };
    }

    private static String action(String name, String need) {
        return """
          %1$s:
            run: python:v2 %1$s.py
            needs: [%2$s]
            outputs: {highly_sensitive: {o: out/%1$s.csv}}
        """
                .formatted(name, need);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

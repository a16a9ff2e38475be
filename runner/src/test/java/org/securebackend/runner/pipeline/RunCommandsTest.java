package org.securebackend.runner.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.securebackend.runner.pipeline.DataKind.DUMMY;
import static org.securebackend.runner.pipeline.DataKind.REAL;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class RunCommandsTest {
    private static final String COHORT =
            """
            version: '3.0'
            expectations: {population_size: 1000}
            actions:
              a:
                run: cohortextractor:latest generate_cohort --study-definition study_definition --index-date-range "2020-03-01 to 2020-03-01 by week" --output-format=csv.gz
                outputs:
                  highly_sensitive:
                    cohort: output/input_*.csv.gz
            """;

    @Test
    void cohortOnARealBackendGetsItsDirectory() {
        assertThat(command(COHORT, REAL))
                .isEqualTo(
                        "cohortextractor:latest generate_cohort --study-definition study_definition"
                                + " --index-date-range '2020-03-01 to 2020-03-01 by week'"
                                + " --output-format=csv.gz --output-dir=output");
    }

    @Test
    void cohortOnADummyBackendGetsAPopulation() {
        assertThat(command(COHORT, DUMMY))
                .endsWith(
                        " --output-format=csv.gz --expectations-population=1000"
                                + " --output-dir=output");
    }

    @Test
    void cohortOnADummyBackendGetsItsDummyDataFileWithForwardSlashes() {
        assertThat(command(COHORT + "    dummy_data_file: 'test\\dummy.csv'\n", DUMMY))
                .endsWith(
                        " --output-format=csv.gz --dummy-data-file=test/dummy.csv"
                                + " --output-dir=output");
    }

    @Test
    void cohortAtTheTopOfTheWorkspaceHasADotAsDirectory() {
        assertThat(command(COHORT.replace("output/input_*", "input"), REAL))
                .endsWith(" --output-dir=.");
    }

    @Test
    void otherCommandsGetNoExtras() {
        assertThat(command(COHORT.replace("generate_cohort", "generate_measures"), DUMMY))
                .endsWith("--output-format=csv.gz");
    }

    @Test
    void configIsHandedOverAsJson() {
        String project =
                """
                version: 5
                actions:
                  a:
                    run: cohort-joiner:v0.0.44 --lhs output/input_20*.csv.gz
                    config:
                      text: it's é 😀 "q" \\ /
                      list: [1, 2.5, 1e3, 1e-7, 1e22, yes, true, ~, 2020-01-01]
                      1: {x: []}
                      ~: {}
                    outputs:
                      highly_sensitive: {o: a.csv}
                """;
        assertThat(
                        RunCommands.resolve(
                                        PipelineParserTest.valid(project)
                                                .actions()
                                                .firstEntry()
                                                .getValue(),
                                        PipelineParserTest.valid(project),
                                        REAL)
                                .arguments())
                .containsExactly(
                        "--lhs",
                        "output/input_20*.csv.gz",
                        "--config",
                        "{\"text\": \"it\\u0027s \\u00e9 \\ud83d\\ude00 \\\"q\\\" \\\\ /\","
                                + " \"list\": [1, 2.5, 1000.0, 1e-07, 1e+22, \"yes\", true, null,"
                                + " \"2020-01-01\"], \"1\": {\"x\": []}, \"null\": {}}");
    }

    @Test
    void emptyConfigAddsNothing() {
        assertThat(command(COHORT.replace("generate_cohort", "x") + "    config: {}\n", REAL))
                .doesNotContain("--config");
    }

    @Test
    void reusableActionRunsItsOwnWordsBeforeTheStudys() {
        var study =
                RunCommand.parse(
                                "cohort-joiner:v0.0.44 --lhs output/input_20*.csv.gz --rhs"
                                        + " output/input_end.csv.gz --output-dir output/joined")
                        .orElseThrow();
        var reading =
                ReusableActionFile.read(
                        "run: python:v1 python entrypoint.py".getBytes(StandardCharsets.UTF_8));
        assertThat(reading).isInstanceOf(ReusableActionFile.Reading.Valid.class);
        var file = ((ReusableActionFile.Reading.Valid) reading).file();
        assertThat(file.combinedWith(study))
                .isInstanceOfSatisfying(
                        ReusableActionFile.Combination.Command.class,
                        combined ->
                                assertThat(combined.command().text())
                                        .isEqualTo(
                                                "python:v1 python entrypoint.py --lhs"
                                                        + " 'output/input_20*.csv.gz' --rhs"
                                                        + " output/input_end.csv.gz --output-dir"
                                                        + " output/joined"));
    }

    private static String command(String project, DataKind data) {
        Pipeline pipeline = PipelineParserTest.valid(project);
        Action action = pipeline.actions().firstEntry().getValue();
        return RunCommands.resolve(action, pipeline, data).text();
    }
}

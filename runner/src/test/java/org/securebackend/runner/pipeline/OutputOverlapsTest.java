package org.securebackend.runner.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutputOverlapsTest {

    @ParameterizedTest
    @CsvSource({
        "output/*.csv, output/a.csv, true",
        "output/a.csv, output/*.csv, true",
        "output/a*.csv, output/*b.csv, true",
        "output/*a*.csv, output/*b*.csv, true",
        "output/a.csv, output/a.csv, true",
        "output/*.csv, output/*.txt, false",
        "output/*.csv, other/*.csv, false",
        "output/*.csv, output/deep/a.csv, false",
        "*/a.csv, output/*.csv, true",
        "out*, output/a.csv, false",
        "output/a*, output/b*, false"
    })
    void patternsOverlapIfSomePathMatchesBoth(String one, String other, boolean overlap) {
        assertThat(OutputOverlaps.intersect(one, other)).isEqualTo(overlap);
        assertThat(OutputOverlaps.intersect(other, one)).isEqualTo(overlap);
    }

    @Test
    void overlappingLevelsAreAWarningThatSaysWhichOneCounts() {
        assertThat(
                        warnings(
                                "highly_sensitive: {a: out/*.csv}, moderately_sensitive: {b: out/a.csv}"))
                .singleElement()
                .asString()
                .contains("out/a.csv")
                .contains("is moderately_sensitive")
                .contains("exact path");
        assertThat(
                        warnings(
                                "highly_sensitive: {a: out/*.csv}, moderately_sensitive: {b: out/a*.csv}"))
                .singleElement()
                .asString()
                .contains("is highly_sensitive");
    }

    @Test
    void patternsOfOneLevelMayOverlap() {
        assertThat(warnings("highly_sensitive: {a: out/*.csv, b: out/a*.csv}")).isEmpty();
    }

    private static List<String> warnings(String outputs) {
        String text =
                "version: 5\nactions:\n  a: {run: 'python:v2 x', outputs: {%s}}\n"
                        .formatted(outputs);
        return PipelineParser.read(text.getBytes(StandardCharsets.UTF_8)).warnings().stream()
                .map(Problem::text)
                .toList();
    }
}

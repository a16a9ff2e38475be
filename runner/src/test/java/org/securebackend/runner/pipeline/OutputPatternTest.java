package org.securebackend.runner.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutputPatternTest {

    @ParameterizedTest
    @CsvSource({
        "a.csv,          a.csv,            true",
        "a.csv,          a.csv.gz,         false",
        "a.csv,          A.csv,            false",
        "*.csv,          a.csv,            true",
        "*.csv,          .csv,             true",
        "*.csv,          out/a.csv,        false",
        "out/*.csv,      out/a.csv,        true",
        "out/*.csv,      out/sub/a.csv,    false",
        "out*/a.csv,     output/a.csv,     true",
        "a*b*c.csv,      a_b_b_c.csv,      true",
        "a*b*c.csv,      a_c.csv,          false",
        "a(1)+.csv,      a(1)+.csv,        true",
        "a.csv,          aXcsv,            false",
        "x/*/y.csv,      x/a/y.csv,        true",
        "x/*/y.csv,      x/a/b/y.csv,      false"
    })
    void onlyTheStarIsSpecialAndNeverCrossesASlash(String pattern, String path, boolean matches) {
        assertThat(new OutputPattern(pattern).matches(path)).isEqualTo(matches);
    }

    @ParameterizedTest
    @CsvSource({"a.csv, .", "out/a.csv, out", "out/sub/*.csv, out/sub"})
    void directoryIsEverythingBeforeTheLastSlash(String pattern, String directory) {
        assertThat(new OutputPattern(pattern).directory()).isEqualTo(directory);
    }

    @Test
    void manyStarsDoNotMakeMatchingSlow() {
        var pattern = new OutputPattern("*a".repeat(2_000) + "b.csv");
        assertThat(pattern.matches("a".repeat(5_000) + ".csv")).isFalse();
    }
}

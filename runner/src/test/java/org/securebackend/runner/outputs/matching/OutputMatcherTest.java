package org.securebackend.runner.outputs.matching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.securebackend.runner.pipeline.PrivacyLevel.HIGHLY_SENSITIVE;
import static org.securebackend.runner.pipeline.PrivacyLevel.MINIMALLY_SENSITIVE;
import static org.securebackend.runner.pipeline.PrivacyLevel.MODERATELY_SENSITIVE;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.securebackend.runner.pipeline.OutputPattern;
import org.securebackend.runner.pipeline.OutputSpec;
import org.securebackend.runner.pipeline.OutputSpec.Output;
import org.securebackend.runner.pipeline.PrivacyLevel;

class OutputMatcherTest {

    private static Output output(PrivacyLevel level, String pattern) {
        return new Output(level, "label", new OutputPattern(pattern));
    }

    private static OutputMatcher matcher(Output... outputs) {
        return new OutputMatcher(new OutputSpec(Arrays.asList(outputs)));
    }

    @ParameterizedTest
    @CsvSource({
        "output/a.csv,        output/a.csv,          true",
        "output/*.csv,        output/a.csv,          true",
        "output/*.csv,        output/.a.csv,         true",
        "output/*.csv,        output/sub/a.csv,      false",
        "output/*.csv,        output/a.csv.gz,       false",
        "output/*.csv,        other/output/a.csv,    false",
        "output/a.csv,        output/a.csv.txt,      false",
        "output/a.csv,        output/A.csv,          false",
        "output/a+(1).csv,    output/a+(1).csv,      true",
        "output/a+(1).csv,    output/aa1.csv,        false",
        "output/*/*.csv,      output/x/y.csv,        true",
        "output/*,            output/,               true",
    })
    void wholePathMatchesOrNothing(String pattern, String path, boolean matches) {
        assertThat(matcher(output(HIGHLY_SENSITIVE, pattern)).match(path).isPresent())
                .isEqualTo(matches);
    }

    @Test
    void mostRestrictiveOfTwoWildcardsWins() {
        var match =
                matcher(
                                output(MODERATELY_SENSITIVE, "output/*.csv"),
                                output(HIGHLY_SENSITIVE, "output/a*"))
                        .match("output/a.csv")
                        .orElseThrow();
        assertThat(match.level()).isEqualTo(HIGHLY_SENSITIVE);
        assertThat(match.contested()).isTrue();
        assertThat(match.patterns()).hasSize(2);
    }

    @Test
    void exactPathBeatsWildcardOfAnyLevel() {
        var matcher =
                matcher(
                        output(HIGHLY_SENSITIVE, "output/*"),
                        output(MINIMALLY_SENSITIVE, "output/a.csv"));
        assertThat(matcher.match("output/a.csv").orElseThrow().level())
                .isEqualTo(MINIMALLY_SENSITIVE);
        assertThat(matcher.match("output/a.csv.txt").orElseThrow().level())
                .isEqualTo(HIGHLY_SENSITIVE);
    }

    @Test
    void twoExactPathsGiveTheMostRestrictiveLevel() {
        assertThat(
                        matcher(
                                        output(MINIMALLY_SENSITIVE, "a.csv"),
                                        output(MODERATELY_SENSITIVE, "a.csv"))
                                .match("a.csv")
                                .orElseThrow()
                                .level())
                .isEqualTo(MODERATELY_SENSITIVE);
    }

    @Test
    void sameLevelTwiceIsNotContested() {
        var match =
                matcher(output(HIGHLY_SENSITIVE, "output/*"), output(HIGHLY_SENSITIVE, "output/a*"))
                        .match("output/a")
                        .orElseThrow();
        assertThat(match.contested()).isFalse();
        assertThat(match.patterns())
                .isEqualTo(List.of(new OutputPattern("output/*"), new OutputPattern("output/a*")));
    }
}

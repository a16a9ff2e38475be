package org.securebackend.runner.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutputPatternRulesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "out\\x.csv        | backslash",
                "c:\\out\\x.csv    | backslash",
                "a/**/b.csv        | wildcard",
                "a/?.csv           | wildcard",
                "a/[ab].csv        | wildcard",
                "***.csv           | wildcard",
                "outputs/foo       | end in a file extension",
                "out/.csv          | end in a file extension",
                ".csv              | end in a file extension",
                "out/x.            | end in a file extension",
                "out.d/x           | end in a file extension",
                "''                | end in a file extension",
                "..                | end in a file extension",
                "out/*             | end in a file extension",
                "x.csv*            | cannot end in *",
                "*.*               | cannot end in *",
                "a//b.csv          | //",
                "./x.csv           | ./",
                "a/./b.csv         | ./",
                "a/../b.csv        | ..",
                "../x.csv          | ..",
                "../../x.csv       | ..",
                "metadata/../x.csv | ..",
                "metadata/x.csv    | reserved",
                "METADATA/x.csv    | reserved",
                "/x.csv            | absolute",
                "//x/y.csv         | absolute",
                "c:/x.csv          | absolute"
            })
    void patternsThatBreakARuleAreRefusedByItsName(String pattern, String reason) {
        for (PrivacyLevel level : PrivacyLevel.values()) {
            assertThat(OutputPatternRules.problem(pattern, level))
                    .hasValueSatisfying(problem -> assertThat(problem).contains(reason));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb.csv", "a\tb.csv", "a\u0000.csv", "a\u0085.csv", "a\u007f.csv"})
    void controlCharactersAreRefused(String pattern) {
        assertThat(OutputPatternRules.problem(pattern, PrivacyLevel.HIGHLY_SENSITIVE)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x.csv",
                "*.csv",
                "out*/x_*.csv",
                "x.c*v",
                "...csv",
                "out/..csv",
                ".../x.csv",
                "out/.x.csv",
                "metadata2/x.csv",
                "out/metadata/x.csv",
                "a b/it's (1).csv",
                "out:put/x.csv",
                "été/x.😀",
                "x.csv ",
                "x.feather",
                "x.CSV"
            })
    void allOtherPatternsAreFineAtTheHighestLevel(String pattern) {
        assertThat(OutputPatternRules.problem(pattern, PrivacyLevel.HIGHLY_SENSITIVE)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"x.rds", "x.CSV", "x.csv.gz", "x.csv ", "x.c*v", "x.pdf", "x.htm"})
    void onlySomeTypesCanBeModeratelySensitive(String pattern) {
        assertThat(OutputPatternRules.problem(pattern, PrivacyLevel.MODERATELY_SENSITIVE))
                .hasValueSatisfying(problem -> assertThat(problem).contains(".csv, .html, .jpeg"));
        assertThat(OutputPatternRules.problem(pattern, PrivacyLevel.MINIMALLY_SENSITIVE)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ".csv", ".jpg", ".jpeg", ".png", ".svg", ".svgz", ".html", ".txt", ".log", ".json",
                ".md"
            })
    void theseTypesCanBeModeratelySensitive(String extension) {
        assertThat(
                        OutputPatternRules.problem(
                                "out/*" + extension, PrivacyLevel.MODERATELY_SENSITIVE))
                .isEmpty();
    }
}

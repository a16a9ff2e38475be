package org.securebackend.runner.outputs.matching;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutputNamesTest {
    private static final OutputNames.Bounds BOUNDS = new OutputNames.Bounds(5, 50, 100);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a.csv",
                "output/a b.csv",
                "output/.hidden",
                "output/metadata/x.csv",
                "metadata.csv",
                "output/console.csv",
                "output/com.csv",
                "output/\u00e9\u00df.csv",
                "a/b/c/d/e",
            })
    void plainNamesCanBeKept(String path) {
        assertThat(OutputNames.problem(path, BOUNDS)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "metadata",
                "metadata/manifest.json",
                "METADATA/a.log",
                "Metadata/deep/a.csv",
                "\uff4detadata/a.csv",
                "output/con.csv",
                "output/CON",
                "output/Lpt1.tar.gz",
                "nul/a.csv",
                "output/com1 .csv",
                "output/a.",
                "output/a ",
                "output /a",
                "output/a:b",
                "output/a\\b",
                "output/a?b",
                "output/a|b",
                "output/a\"b",
                "output/a<b>",
                "output/a*b",
                "output/a\nb",
                "output/a\u0000b",
                "output/a\u202eb",
                "output/a\u200bb",
                "output/a\ufffdb",
                "output/a\ud800b",
                "output/a\u2028b",
                "output//b",
                "/output",
                "output/../a",
                "./a",
                "",
                "a/b/c/d/e/f",
                "output/0123456789012345678901234567890123456789012345678901",
            })
    void namesThatStorageOrWindowsCannotHoldAreRefused(String path) {
        assertThat(OutputNames.problem(path, BOUNDS)).isPresent();
    }

    @Test
    void refusalsDoNotRepeatTheName() {
        assertThat(OutputNames.problem("output/secret:name", BOUNDS).orElseThrow())
                .doesNotContain("secret");
    }

    @Test
    void namesThatDifferInCaseOrCompositionFoldToTheSame() {
        assertThat(OutputNames.fold("Output/\u00c9.CSV"))
                .isEqualTo(OutputNames.fold("output/e\u0301.csv"));
        assertThat(OutputNames.fold("a/b")).isNotEqualTo(OutputNames.fold("a/c"));
    }

    @Test
    void unprintableCharactersAreShownAsNumbersAndEndlessNamesCut() {
        assertThat(OutputNames.printable("a\nb\u202e")).isEqualTo("a\\u000ab\\u202e");
        assertThat(OutputNames.printable("x".repeat(10_000))).hasSize(303);
    }
}

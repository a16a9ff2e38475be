package org.securebackend.runner.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReusableActionFileTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                           | mapping",
                "[a]                          | mapping",
                "name: x                      | mapping",
                "run: 5                       | mapping",
                "run: [python:v1]             | mapping",
                "run: ''                      | image and its version",
                "run: python x                | image and its version",
                "'run: \"python: x\"'         | image and its version",
                "run: python:v1:v2 x          | one colon",
                "'run: \"python:v1 ''x\"'     | never closed",
                "run: cohort-joiner:v1 x      | unrecognised runtime: cohort-joiner",
                "'run: [unclosed'             | line 1, column"
            })
    void filesThatCannotBeUsedSayWhy(String file, String cause) {
        assertThat(ReusableActionFile.read(file.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOfSatisfying(
                        ReusableActionFile.Reading.Invalid.class,
                        invalid -> assertThat(invalid.cause()).contains(cause));
    }

    @Test
    void tagOfTheRuntimeIsNotChecked() {
        assertThat(ReusableActionFile.read("run: r:anything x.R".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(
                        new ReusableActionFile.Reading.Valid(
                                new ReusableActionFile(
                                        new RunCommand("r", "anything", List.of("x.R")))));
    }

    @ParameterizedTest
    @CsvSource({"sqlrunner, ''", "ehrql, generate-dataset", "databuilder, generate-dataset"})
    void studyCannotMakeADatabaseActionOfIt(String image, String argument) {
        var file = new ReusableActionFile(new RunCommand(image, "v1", List.of()));
        var study = new RunCommand("some-action", "v1", List.of(argument));
        assertThat(file.combinedWith(study))
                .isInstanceOf(ReusableActionFile.Combination.Refused.class);
    }

    @Test
    void messagesNameActionAndFirstWordAndIndentTheCause() {
        var messages =
                new ReusableActionMessages(
                        new ActionName("join"),
                        new RunCommand("cohort-joiner", "v0.0.44", List.of("--x")));
        assertThat(messages.invalid("one\ntwo"))
                .startsWith("join: cohort-joiner:v0.0.44: ")
                .endsWith(":\n  one\n  two");
        assertThat(messages.about("it has no tag v0.0.44"))
                .contains("v0.0.44")
                .startsWith("join: cohort-joiner:v0.0.44");
    }
}

package org.securebackend.runner.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatabaseActionsTest {

    @ParameterizedTest
    @CsvSource({
        "ehrql:v1 generate-dataset d.py,                 true",
        "ehrql:v1 generate-measures d.py,                true",
        "ehrql:v1 'generate-measures',                   true",
        "ehrql:v1 generate_dataset d.py,                 false",
        "ehrql:v1 d.py generate-dataset,                 false",
        "ehrql:v1,                                       false",
        "EHRQL:v1 generate-dataset,                      false",
        "registry/ehrql:v1 generate-dataset,             false",
        "sqlrunner:v1,                                   true",
        "sqlrunner:v1 anything,                          true",
        "cohortextractor:v1 generate_cohort,             true",
        "cohortextractor:v1 generate_codelist_report,    true",
        "cohortextractor:v1 generate_measures,           false",
        "databuilder:v1 generate-dataset,                true",
        "databuilder:v1 generate-measures,               false",
        "python:v2 generate-dataset,                     false"
    })
    void imageAndSecondWordDecide(String command, boolean database) {
        assertThat(RunCommand.parse(command).map(DatabaseActions::isOne)).contains(database);
    }

    @ParameterizedTest
    @CsvSource({
        "python, 5, true", "ehrql, 1, true", "sqlrunner, 5, true", "stata-mp, 4, true",
        "r, 3, true", "jupyter, 2, true", "cohortextractor, 3, true", "cohortextractor, 4, false",
        "databuilder, 3, true", "databuilder, 5, false", "cohort-joiner, 3, false",
                "Python, 5, false"
    })
    void oldImagesRunForOldProjectsOnly(String image, double version, boolean allowed) {
        assertThat(AllowedImages.contains(image, version)).isEqualTo(allowed);
    }
}

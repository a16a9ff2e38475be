package org.securebackend.runner.job;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobIdTest {

    @ParameterizedTest
    @CsvSource({
        "pzztw7wladpqkpqb, test_action, 6nhad5m5vkyxqf4z",
        "pzztw7wladpqkpqb, generate_study_population_1, fur2htssgwuecrs7",
        "pzztw7wladpqkpqb, generate_study_population_end, lgrber4s6pm3uqtc",
        "pzztw7wladpqkpqb, join_cohorts_weekly, w2rr27dyzth4zni2",
        "pzztw7wladpqkpqb, __error__, gjnyf7faw4ohdsou",
        "1, tést, s4sa4iybl3v2qnkl"
    })
    void sameRequestAndActionGiveTheIdThatTheServerKnows(String request, String action, String id) {
        assertThat(JobId.of(new RequestId(request), action).value()).isEqualTo(id);
    }
}

package org.securebackend.runner.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.securebackend.runner.job.JobRequest;

class WireRequestTest {
    private static WireRequest.Reading read(String json) {
        var node = WireJson.read(json.getBytes(StandardCharsets.UTF_8)).orElseThrow();
        return WireRequest.read(node, Instant.EPOCH);
    }

    private static JobRequest good(String json) {
        return ((WireRequest.Reading.Good) read(json)).request();
    }

    @Test
    void requestIsKeptAsReceived() {
        assertThat(good(BadAnswersTest.request("\"identifier\":\"x\"")).original())
                .contains("\"unknown\":{\"kept\":1.5}");
    }

    @Test
    void nullRepositoryAndDatabaseAreEmpty() {
        JobRequest request = good(BadAnswersTest.request("\"identifier\":\"x\""));
        assertThat(request.repositoryUrl()).isEmpty();
        assertThat(request.databaseName()).isEmpty();
        assertThat(request.requester()).isEmpty();
    }

    @Test
    void databaseOfOlderServersIsReadOnlyWhereTheNewFieldIsAbsent() {
        String old =
                BadAnswersTest.request("\"identifier\":\"x\"")
                        .replace("\"database_name\":null,", "")
                        .replace("\"repo\"", "\"db\":\"full\",\"repo\"");
        assertThat(good(old).databaseName()).isEqualTo("full");
        String both = old.replace("{\"sha\"", "{\"database_name\":null,\"sha\"");
        assertThat(good(both).databaseName()).isEmpty();
    }

    @Test
    void requesterIsReadAsFarAsItCanBe() {
        var requester =
                good(BadAnswersTest.request(
                                "\"identifier\":\"x\",\"created_by\":\"sdavy\",\"project\":7,\"orgs\":\"no\""))
                        .requester()
                        .orElseThrow();
        assertThat(requester.user()).isEqualTo("sdavy");
        assertThat(requester.organisations()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sha",
                "workspace",
                "database_name",
                "requested_actions",
                "cancelled_actions",
                "force_run_dependencies",
                "codelists_ok"
            })
    void missingFieldIsNamed(String key) {
        String json =
                BadAnswersTest.request("\"identifier\":\"x\"")
                        .replace("\"" + key + "\"", "\"other\"");
        var bad = ((WireRequest.Reading.Bad) read(json)).malformed();
        assertThat(bad.id()).isPresent();
        assertThat(bad.problem()).isEqualTo(key + " is missing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e999999999", "-1e99999999999", "1e-99999999999"})
    void numberBeyondAllBoundsIsNeitherWrittenOutNorFatal(String number) {
        assertThat(
                        good(BadAnswersTest.request("\"identifier\":\"x\",\"n\":" + number))
                                .original()
                                .length())
                .isLessThan(1000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "\u0000", "[1] [2]", "[NaN]"})
    void whatCannotBeReadIsNothing(String text) {
        assertThat(WireJson.read(text.getBytes(StandardCharsets.UTF_8))).isEmpty();
    }

    @Test
    void nestingWithoutEndIsNothing() {
        assertThat(WireJson.read("[".repeat(100_000).getBytes(StandardCharsets.UTF_8))).isEmpty();
    }
}

package org.securebackend.runner.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.securebackend.runner.server.RawServer.answer;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.securebackend.runner.pipeline.DataKind;
import org.securebackend.runner.server.JobServer.FlagValue;
import org.securebackend.runner.server.JobServer.Poll;
import org.securebackend.runner.server.JobServerException.Kind;
import org.securebackend.runner.server.JobServerSettings.Limits;
import org.securebackend.runner.server.JobServerSettings.PlainHttp;

/** Servers that are ill, slow, wrong or hostile. */
class BadAnswersTest {
    private static final String TOKEN = "c0ffee0000000000000000000000000000c0ffee";
    private static final String EMPTY_PAGE = "{\"count\":0,\"next\":null,\"results\":[]}";
    private static final Instant NOW = JobServerContractTest.NOW;

    private static HttpJobServer client(URI endpoint, Limits limits) {
        return new HttpJobServer(
                new JobServerSettings(
                        endpoint,
                        new ServerToken(TOKEN),
                        "emis",
                        DataKind.REAL,
                        PlainHttp.LOOPBACK_ONLY,
                        limits),
                InstantSource.fixed(NOW));
    }

    private static final Limits PATIENT =
            new Limits(
                    Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(20), 100_000);

    private static Poll poll(RawServer server) {
        try (var client = client(server.endpoint(), PATIENT)) {
            return client.poll(Map.of());
        }
    }

    private static JobServerException failure(RawServer server, Limits limits) {
        try (var client = client(server.endpoint(), limits)) {
            var failure =
                    catchThrowableOfType(JobServerException.class, () -> client.poll(Map.of()));
            assertThat(failure).isNotNull();
            assertThat(failure.getMessage()).doesNotContain(TOKEN, "\n", "secret");
            return failure;
        }
    }

    private static JobServerException reportFailure(RawServer server) {
        try (var client = client(server.endpoint(), PATIENT)) {
            return catchThrowableOfType(
                    JobServerException.class, () -> client.report(oneWaitingJob(), Map.of(), NOW));
        }
    }

    private static List<JobServer.RequestReport> oneWaitingJob() {
        return JobServerContractTest.reportOf("r", JobServerContractTest.waiting("r", "a"));
    }

    @ParameterizedTest
    @CsvSource({
        "301,UNREACHABLE", "302,UNREACHABLE", "307,UNREACHABLE", "400,REFUSED", "401,UNAUTHORIZED",
        "403,UNAUTHORIZED", "404,REFUSED", "413,REFUSED", "429,UNREACHABLE", "500,UNREACHABLE",
        "503,UNREACHABLE"
    })
    void statusSaysWhatToMakeOfIt(int status, Kind kind) {
        try (var server = new RawServer(_ -> answer(status, "<h1>secret</h1>"))) {
            assertThat(failure(server, PATIENT).kind()).isEqualTo(kind);
            assertThat(reportFailure(server).kind()).isEqualTo(kind);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<!doctype html><title>secret</title>",
                "",
                "{\"results\":[",
                "null",
                "[]",
                "{}",
                "{\"results\":{}}",
                "{\"results\":[]} and more",
                "{\"results\":[],\"next\":7}",
                "{\"results\":[],\"next\":\"http://[secret\"}"
            })
    void pollWithoutTheProtocolsAnswerIsUnreachable(String body) {
        try (var server = new RawServer(_ -> answer(200, body))) {
            assertThat(failure(server, PATIENT).kind()).isEqualTo(Kind.UNREACHABLE);
        }
    }

    @Test
    void loginPageInsteadOfAConfirmationIsNoDelivery() {
        try (var server = new RawServer(_ -> answer(200, "<html>log in</html>"))) {
            assertThat(reportFailure(server).kind()).isEqualTo(Kind.UNREACHABLE);
        }
    }

    @Test
    void halfAnAnswerIsUnreachable() {
        String half = "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + EMPTY_PAGE;
        try (var server = new RawServer(_ -> half)) {
            assertThat(failure(server, PATIENT).kind()).isEqualTo(Kind.UNREACHABLE);
        }
    }

    @Test
    void tooLongAnAnswerIsNotReadToItsEnd() {
        String endless = "{\"results\":[],\"x\":\"" + "x".repeat(200_000) + "\"}";
        try (var server = new RawServer(_ -> answer(200, endless))) {
            assertThat(failure(server, PATIENT).kind()).isEqualTo(Kind.UNREACHABLE);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                RawServer.STAYING + "HTTP/1.1 200 OK\r\nConte",
                RawServer.STAYING + "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"results"
            })
    void serverThatFallsSilentIsGivenUpInTime(String beginning) {
        var impatient =
                new Limits(
                        Duration.ofSeconds(1), Duration.ofMillis(200), Duration.ofSeconds(5), 1000);
        try (var server = new RawServer(_ -> beginning)) {
            long start = System.nanoTime();
            assertThat(failure(server, impatient).kind()).isEqualTo(Kind.UNREACHABLE);
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isLessThan(Duration.ofSeconds(4));
        }
    }

    @Test
    void nobodyThereIsUnreachable() {
        var server = new RawServer(_ -> "");
        server.close();
        assertThat(failure(server, PATIENT).kind()).isEqualTo(Kind.UNREACHABLE);
    }

    @Test
    void tokenNeverFollowsARedirect() {
        try (var elsewhere = new RawServer(_ -> answer(200, EMPTY_PAGE));
                var server =
                        new RawServer(_ ->
                                "HTTP/1.1 307 X\r\nLocation: http://localhost:%d/x/\r\nContent-Length: 0\r\n\r\n"
                                        .formatted(elsewhere.port()))) {
            failure(server, PATIENT);
            reportFailure(server);
            assertThat(elsewhere.heard()).isEmpty();
        }
    }

    @Test
    void tokenNeverGoesToANextPageElsewhere() {
        try (var elsewhere = new RawServer(_ -> answer(200, EMPTY_PAGE));
                var server =
                        new RawServer(_ ->
                                answer(
                                        200,
                                        "{\"results\":[],\"next\":\"http://127.0.0.1:%d/\"}"
                                                .formatted(elsewhere.port())))) {
            assertThat(failure(server, PATIENT)).hasMessageContaining("not followed");
            assertThat(elsewhere.heard()).isEmpty();
        }
    }

    @Test
    void relativeNextPageIsFollowedAndPagesAreReadOldestFirst() {
        try (var server =
                new RawServer(heard ->
                        heard.contains("offset=2")
                                ? answer(200, page("null", "b", "a"))
                                : answer(
                                        200,
                                        page("\"/api/v2/job-requests/?offset=2\"", "c", "b")))) {
            assertThat(poll(server).requests())
                    .extracting(request -> request.id().value())
                    .containsExactly("a", "b", "c");
        }
    }

    private static String page(String next, String... ids) {
        var results =
                List.of(ids).stream().map(id -> request("\"identifier\":\"" + id + "\"")).toList();
        return "{\"next\":%s,\"results\":[%s]}".formatted(next, String.join(",", results));
    }

    @Test
    void pagesThatGoRoundInCirclesEnd() {
        try (var server =
                new RawServer(_ -> answer(200, "{\"results\":[],\"next\":\"?offset=1\"}"))) {
            assertThat(failure(server, PATIENT)).hasMessageContaining("without an end");
            assertThat(server.heard()).hasSize(2);
        }
    }

    @Test
    void oneBadRequestDoesNotStopTheOthers() {
        String results =
                String.join(
                        ",",
                        request("\"identifier\":\"good\""),
                        "7",
                        "null",
                        "{\"identifier\":\"bad1\"}",
                        request("\"identifier\":42"),
                        request("\"identifier\":null"),
                        request("\"identifier\":\"a/b\""),
                        request("\"identifier\":\"bad2\",\"requested_actions\":[1]"),
                        request("\"identifier\":\"bad3\",\"codelists_ok\":\"yes\""));
        try (var server = new RawServer(_ -> answer(200, "{\"results\":[" + results + "]}"))) {
            Poll poll = poll(server);
            assertThat(poll.requests())
                    .extracting(request -> request.id().value())
                    .containsExactly("42", "good");
            assertThat(poll.malformed())
                    .extracting(bad -> bad.id().map(Object::toString).orElse("?"))
                    .containsExactly("bad3", "bad2", "?", "?", "bad1", "?", "?");
            assertThat(poll.malformed().get(1).problem())
                    .isEqualTo("requested_actions is not an array of strings");
            assertThat(poll.malformed().get(4).problem())
                    .contains("workspace is missing", "sha is missing", "codelists_ok is missing");
        }
    }

    /** A good request but for what {@code fields} say. */
    static String request(String fields) {
        return """
        {"sha":"0478b820776dfc4189a97bb903b7fd0c00db1346","backend":"emis",
         "workspace":{"name":"w","repo":null,"branch":"main"},"database_name":null,
         "requested_actions":["a"],"cancelled_actions":[],"force_run_dependencies":false,
         "codelists_ok":true,"unknown":{"kept":1.5},%s}
        """
                .formatted(fields);
    }

    @Test
    void everyCallCarriesTokenAndFlagsAndTheSlash() {
        var flags =
                Map.of(
                        "paused",
                                new FlagValue(
                                        Optional.empty(), Instant.parse("2022-08-12T09:00:00Z")),
                        "mode",
                                new FlagValue(
                                        Optional.of("db-maintenance"),
                                        Instant.parse("2022-08-16T11:02:25.25Z")));
        String both = "{\"status\":\"success\",\"results\":[]}";
        try (var server = new RawServer(_ -> answer(200, both));
                var client = client(server.endpoint(), PATIENT)) {
            client.poll(flags);
            client.report(oneWaitingJob(), flags, NOW);
            assertThat(server.heard())
                    .allSatisfy(heard ->
                            assertThat(heard)
                                    .contains("\r\nAuthorization: " + TOKEN + "\r\n")
                                    .contains(
                                            "\r\nFlags: {\"mode\":{\"v\":\"db-maintenance\",\"ts\":\"2022-08-16T11:02:25.250000Z\"},\"paused\":{\"v\":null,\"ts\":\"2022-08-12T09:00:00Z\"}}\r\n"));
            assertThat(server.heard().getFirst())
                    .startsWith("GET /api/v2/job-requests/?backend=emis HTTP/1.1\r\n");
            assertThat(server.heard().getLast())
                    .startsWith("POST /api/v2/jobs/ HTTP/1.1\r\n")
                    .contains("\r\nContent-Type: application/json\r\n");
        }
    }

    @Test
    void refusedReportNamesTheJobAndTheField() {
        try (var server =
                new RawServer(_ -> answer(400, "[{\"status\":[\"secret\"],\"token\":[]}]"))) {
            assertThat(reportFailure(server))
                    .hasMessageContaining(
                            JobServerContractTest.waiting("r", "a").id() + " [status]")
                    .hasMessageNotContaining("secret");
        }
    }

    @Test
    void nothingToReportIsNotSent() {
        try (var server = new RawServer(_ -> answer(500, ""));
                var client = client(server.endpoint(), PATIENT)) {
            client.report(List.of(), Map.of(), NOW);
            client.report(JobServerContractTest.reportOf("r"), Map.of(), NOW);
            assertThat(server.heard()).isEmpty();
        }
    }
}

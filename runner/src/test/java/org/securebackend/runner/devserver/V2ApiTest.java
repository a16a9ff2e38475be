package org.securebackend.runner.devserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.securebackend.runner.devserver.Samples.job;
import static org.securebackend.runner.devserver.Samples.report;
import static org.securebackend.runner.devserver.Visitor.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.securebackend.runner.devserver.DevServerSettings.Backend;

/** The protocol as a runner meets it. */
class V2ApiTest {
    private static final Instant NOW = Instant.parse("2022-08-16T11:04:10Z");
    private static final String REQUESTS = "/api/v2/job-requests/";
    private static final String JOBS = "/api/v2/jobs/";

    private final DevServer server =
            new DevServer(
                            DevServerSettings.onLoopback(
                                    new Backend("emis", "secret"), new Backend("tpp", "other")),
                            PipelineText.NONE,
                            InstantSource.fixed(NOW))
                    .start();
    private final Visitor visitor = new Visitor(server.pageUrl());

    @AfterEach
    void close() {
        visitor.close();
        server.close();
    }

    private HttpResponse<String> poll() {
        return visitor.get(REQUESTS + "?backend=emis", "Authorization", "secret");
    }

    private HttpResponse<String> post(String report) {
        return visitor.post(JOBS, report, "Authorization", "secret");
    }

    private List<String> jobs(String request) {
        return server.request(request).orElseThrow().jobs().stream()
                .map(ReportedJob::action)
                .toList();
    }

    @Test
    void requestLooksAsTheProtocolSays() {
        server.submit(Samples.request("r"));
        assertThat(json(poll()).toString())
                .isEqualTo(
                        """
                        {"count":1,"next":null,"previous":null,"results":[{"backend":"emis",\
                        "sha":"0478b820776dfc4189a97bb903b7fd0c00db1346","identifier":"r",\
                        "force_run_dependencies":false,"requested_actions":["run_all"],\
                        "cancelled_actions":[],"created_by":"developer",\
                        "created_at":"2022-08-16T11:04:10.000000Z",\
                        "workspace":{"name":"flucats","repo":"https://github.com/opensafely/FLUCATS",\
                        "branch":"main","created_by":"developer",\
                        "created_at":"2022-08-16T11:04:10.000000Z"},"database_name":"default",\
                        "project":"flucats","orgs":[],"codelists_ok":true}]}\
                        """);
    }

    @Test
    void activeRequestsAreListedNewestFirstInPagesOfAHundred() {
        for (int i = 0; i < 250; i++) {
            server.submit(Samples.request("r" + i));
        }
        JsonNode first = json(poll());
        JsonNode second = next(first);
        JsonNode third = next(second);
        assertThat(first.path("count").asInt()).isEqualTo(250);
        assertThat(first.path("results").size()).isEqualTo(100);
        assertThat(first.at("/results/0/identifier").asText()).isEqualTo("r249");
        assertThat(second.at("/results/0/identifier").asText()).isEqualTo("r149");
        assertThat(third.path("results").size()).isEqualTo(50);
        assertThat(third.path("next").isNull()).isTrue();
        assertThat(third.path("previous").asText()).endsWith("?limit=100&offset=100");
    }

    private JsonNode next(JsonNode page) {
        URI next = URI.create(page.path("next").asText());
        return json(visitor.get(next.getPath() + "?" + next.getQuery(), "Authorization", "secret"));
    }

    @Test
    void tokenDecidesWhoseRequestsAreListed() {
        server.submit(Samples.request("mine"));
        server.submit(NewRequest.of("tpp", Samples.STUDY, "a").named("theirs"));
        assertThat(json(poll()).at("/results/0/identifier").asText()).isEqualTo("mine");
        assertThat(json(poll()).path("count").asInt()).isEqualTo(1);
        assertThat(json(visitor.get(REQUESTS)).path("count").asInt()).isEqualTo(2);
    }

    @Test
    void wrongTokenIsForbidden() {
        assertThat(visitor.get(REQUESTS, "Authorization", "wrong").statusCode()).isEqualTo(403);
        assertThat(visitor.get(REQUESTS, "Authorization", "").statusCode()).isEqualTo(403);
        assertThat(visitor.post(JOBS, "[]", "Authorization", "wrong").statusCode()).isEqualTo(403);
        assertThat(visitor.post(JOBS, "[]").statusCode()).isEqualTo(403);
        assertThat(server.lastSeen("emis")).isEmpty();
    }

    @Test
    void jobsThatAreLeftOutAreForgotten() {
        server.submit(Samples.request("r"));
        HttpResponse<String> answer =
                post(report(job("r", "a", "running"), job("r", "b", "pending")));
        assertThat(answer.body()).isEqualTo("{\"status\":\"success\"}");
        assertThat(jobs("r")).containsExactly("a", "b");
        post(report(job("r", "b", "pending")));
        assertThat(jobs("r")).containsExactly("b");
        post(report());
        assertThat(jobs("r")).containsExactly("b");
    }

    @Test
    void onlyNeighboursAreOneRequest() {
        server.submit(Samples.request("r"));
        server.submit(Samples.request("s"));
        post(report(job("r", "a", "running"), job("s", "a", "running"), job("r", "b", "pending")));
        assertThat(jobs("r")).containsExactly("b");
        assertThat(jobs("s")).containsExactly("a");
    }

    @Test
    void unknownRequestIsPassedOver() {
        server.submit(Samples.request("r"));
        assertThat(
                        post(report(job("nobody", "a", "running"), job("r", "a", "running")))
                                .statusCode())
                .isEqualTo(200);
        assertThat(jobs("r")).containsExactly("a");
    }

    @Test
    void oneBadJobHasTheWholeReportRefused() {
        server.submit(Samples.request("r"));
        String bad =
                job("r", "b", "")
                        .replace("\"created_at\":\"2022-08-16T11:05:00Z\"", "\"created_at\":null")
                        .replace("\"started_at\"", "\"begun_at\"")
                        .replace("\"run_command\":null", "\"run_command\":[]");
        HttpResponse<String> answer = post(report(job("r", "a", "running"), bad, "7"));
        assertThat(answer.statusCode()).isEqualTo(400);
        JsonNode errors = json(answer);
        assertThat(errors.size()).isEqualTo(3);
        assertThat(errors.get(0).isEmpty()).isTrue();
        assertThat(errors.get(1).fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder("status", "created_at", "started_at", "run_command");
        assertThat(errors.at("/1/status").isArray()).isTrue();
        assertThat(jobs("r")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "identifier,null",
        "job_request_id,null",
        "action,null",
        "status,null",
        "status_code,null",
        "status_message,null",
        "created_at,null",
        "updated_at,7",
        "completed_at,\"yesterday\"",
        "status_message,\"\\u0000\"",
        "metrics,[]",
        "trace_context,\"x\""
    })
    void fieldThatCannotBeStoredIsRefused(String key, String value) {
        String job =
                "{\"metrics\":{},\"trace_context\":null," + job("r", "a", "running").substring(1);
        String bad =
                job.replaceFirst(
                        "\"" + key + "\":(\\{}|null|\"[^\"]*\")",
                        "\"" + key + "\":" + value.replace("\\", "\\\\"));
        HttpResponse<String> answer = post(report(bad));
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(json(answer).get(0).fieldNames()).toIterable().containsExactly(key);
    }

    @Test
    void jobOfAnotherRequestIsAServerError() {
        server.submit(Samples.request("r"));
        server.submit(Samples.request("s"));
        post(report(job("r", "a", "running")));
        String stolen =
                job("r", "a", "running")
                        .replace("\"job_request_id\":\"r\"", "\"job_request_id\":\"s\"");
        assertThat(post(report(stolen)).statusCode()).isEqualTo(500);
        assertThat(jobs("s")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"[,400", "{},400", "'',400", "[] [],400", "[],200"})
    void reportThatIsNoArrayIsRefused(String body, int status) {
        assertThat(post(body).statusCode()).isEqualTo(status);
    }

    @Test
    void wrongMethodsAndAddressesAreToldApart() {
        assertThat(visitor.get(JOBS).statusCode()).isEqualTo(405);
        assertThat(visitor.post(REQUESTS, "[]", "Authorization", "secret").statusCode())
                .isEqualTo(405);
        assertThat(visitor.get("/api/v2/job-requests").statusCode()).isEqualTo(301);
        assertThat(visitor.get("/api/v2/other/").statusCode()).isEqualTo(404);
    }

    @Test
    void visitsAndFlagsAreNoted() {
        visitor.get(REQUESTS, "Authorization", "secret", "Flags", "{\"paused\":{\"v\":\"true\"}}");
        poll();
        assertThat(server.lastSeen("emis")).contains(NOW);
        assertThat(server.flags("emis")).contains("{\"paused\":{\"v\":\"true\"}}");
        assertThat(server.lastSeen("tpp")).isEmpty();
    }
}

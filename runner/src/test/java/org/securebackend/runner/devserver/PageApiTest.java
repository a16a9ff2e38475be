package org.securebackend.runner.devserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.securebackend.runner.devserver.Samples.job;
import static org.securebackend.runner.devserver.Visitor.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.securebackend.runner.devserver.DevServerSettings.Backend;

/** What the page and scripts can do. */
class PageApiTest {
    private static final String WISH =
            """
            {"identifier":"r","backend":"emis","repo":"https://github.com/o/s","branch":"main",
             "commit":"abc","workspace":"w","requested_actions":["a","b"]}
            """;
    private final DevServer server =
            new DevServer(
                            DevServerSettings.onLoopback(new Backend("emis", "secret")),
                            (_, commit) ->
                                    commit.equals("abc")
                                            ? Optional.of("version: 1")
                                            : Optional.empty(),
                            InstantSource.system())
                    .start();
    private final Visitor visitor = new Visitor(server.pageUrl());

    @AfterEach
    void close() {
        visitor.close();
        server.close();
    }

    private void report(String... jobs) {
        assertThat(
                        visitor.post(
                                        "/api/v2/jobs/",
                                        Samples.report(jobs),
                                        "Authorization",
                                        "secret")
                                .statusCode())
                .isEqualTo(200);
    }

    @Test
    void requestIsMadeAndShown() {
        HttpResponse<String> made = visitor.post("/api/requests", WISH);
        assertThat(made.statusCode()).isEqualTo(201);
        report(job("r", "a", "failed"), job("r", "b", "running"));
        JsonNode request = json(visitor.get("/api/requests/r"));
        assertThat(request.path("status").asText()).isEqualTo("running");
        assertThat(request.path("backend_label").asText()).isEqualTo("EMIS");
        assertThat(request.path("runtime").asText()).isEqualTo("18:21:28");
        assertThat(request.at("/jobs/0/detail").asText()).isEqualTo("code: message");
        assertThat(request.at("/jobs/1/is_completed").asBoolean()).isFalse();
        assertThat(json(visitor.get("/api/requests")).at("/requests/0/jobs_failed").asInt())
                .isEqualTo(1);
    }

    @Test
    void requestWithoutAnIdGetsOne() {
        String id =
                json(visitor.post("/api/requests", WISH.replace("\"identifier\":\"r\",", "")))
                        .path("identifier")
                        .asText();
        assertThat(id).matches("[a-z2-7]{16}");
    }

    @Test
    void everythingWrongWithAWishIsToldAtOnce() {
        HttpResponse<String> refused =
                visitor.post(
                        "/api/requests",
                        "{\"requested_actions\":[],\"repo\":7,\"identifier\":\"a/b\",\"force\":true}");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(json(refused).path("errors").fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder(
                        "requested_actions",
                        "repo",
                        "identifier",
                        "force",
                        "backend",
                        "branch",
                        "commit",
                        "workspace");
    }

    @Test
    void takenIdAndUnknownBackendAreRefused() {
        visitor.post("/api/requests", WISH);
        assertThat(json(visitor.post("/api/requests", WISH)).at("/errors/identifier").asText())
                .isEqualTo("is taken");
        assertThat(
                        json(visitor.post("/api/requests", WISH.replace("emis", "tpp")))
                                .at("/errors/backend")
                                .asText())
                .isEqualTo("is not known here");
    }

    @Test
    void cancellingARequestGivesUpItsOpenJobs() {
        visitor.post("/api/requests", WISH);
        report(job("r", "a", "succeeded"), job("r", "b", "running"), job("r", "c", "pending"));
        JsonNode request = json(visitor.post("/api/requests/r/cancel", ""));
        assertThat(Json.texts(request.path("cancelled_actions"))).containsExactly("b", "c");
        assertThat(request.at("/jobs/1/cancel_requested").asBoolean()).isTrue();
    }

    @Test
    void cancellingBeforeAnyJobIsKnownDoesNothing() {
        visitor.post("/api/requests", WISH);
        assertThat(json(visitor.post("/api/requests/r/cancel", "")).path("cancelled_actions"))
                .isEmpty();
    }

    @Test
    void singleJobIsCancelledUnlessItIsCompleted() {
        visitor.post("/api/requests", WISH);
        report(job("r", "a", "succeeded"), job("r", "b", "running"));
        visitor.post("/api/requests/r/cancel", "{\"actions\":[\"b\"]}");
        JsonNode request = json(visitor.post("/api/requests/r/cancel", "{\"actions\":[\"a\"]}"));
        assertThat(Json.texts(request.path("cancelled_actions"))).containsExactly("b");
    }

    @Test
    void changesArriveAsEvents() throws Exception {
        visitor.post("/api/requests", WISH);
        var stream =
                visitor.client()
                        .send(
                                visitor.builder("/api/requests/r/events").build(),
                                BodyHandlers.ofInputStream());
        assertThat(stream.headers().firstValue("Content-Type")).contains("text/event-stream");
        try (var lines =
                new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
            assertThat(nextData(lines)).contains("\"status\":\"unknown\"");
            report(job("r", "a", "running"));
            assertThat(nextData(lines)).contains("\"status\":\"running\"");
        }
    }

    private static String nextData(BufferedReader lines) throws IOException {
        while (true) {
            String line = lines.readLine();
            if (line == null || line.startsWith("data: ")) {
                return String.valueOf(line);
            }
        }
    }

    @Test
    void projectFileIsShownIfItCanBeHad() {
        visitor.post("/api/requests", WISH);
        visitor.post("/api/requests", WISH.replace("\"abc\"", "\"def\"").replace("\"r\"", "\"s\""));
        assertThat(visitor.get("/api/requests/r/pipeline").body()).isEqualTo("version: 1");
        assertThat(visitor.get("/api/requests/s/pipeline").statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({
        "Origin,http://evil.example.org",
        "Origin,null",
        "Sec-Fetch-Site,cross-site",
        "Sec-Fetch-Site,same-site"
    })
    void otherSitesCannotActThroughABrowser(String header, String value) {
        assertThat(visitor.post("/api/requests", WISH, header, value).statusCode()).isEqualTo(403);
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void ownPageMayAct() {
        String origin = server.pageUrl().toString().replaceAll("/$", "");
        assertThat(
                        visitor.post(
                                        "/api/requests",
                                        WISH,
                                        "Origin",
                                        origin,
                                        "Sec-Fetch-Site",
                                        "same-origin")
                                .statusCode())
                .isEqualTo(201);
    }

    @Test
    void plainFormsAreRefused() {
        var form =
                visitor.builder("/api/requests")
                        .header("Content-Type", "text/plain")
                        .POST(BodyPublishers.ofString(WISH));
        assertThat(visitor.send(form).statusCode()).isEqualTo(415);
    }

    @Test
    void nameThatWasMadeToPointHereIsTurnedAway() throws IOException {
        try (var socket = new Socket(server.pageUrl().getHost(), server.pageUrl().getPort());
                var out = socket.getOutputStream()) {
            out.write(
                    "GET /api/requests HTTP/1.1\r\nHost: rebound.example.org\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            out.flush();
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 403");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/requests/r",
                "/requests/r/jobs/x",
                "/static/style.css",
                "/static/app.js",
                "/static/dom.js",
                "/static/parts.js",
                "/static/home.js",
                "/static/request.js",
                "/static/job.js",
                "/static/favicon.svg"
            })
    void pageAndItsPartsAreServedUnderAStrictPolicy(String path) {
        HttpResponse<String> page = visitor.get(path);
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("default-src 'none'")
                .doesNotContain("unsafe");
        assertThat(page.body()).doesNotContain("innerHTML", "<style", "style=\"", "onclick=\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/static/",
                "/static/../index.html",
                "/static/%2e%2e/x",
                "/nothing",
                "/jobs/none",
                "/api/requests/none",
                "/api/requests/none/events",
                "/api/nothing"
            })
    void whatIsNotThereIsNotFound(String path) {
        assertThat(visitor.get(path).statusCode()).isEqualTo(404);
    }

    @Test
    void jobsAddressLeadsToItsRequest() {
        visitor.post("/api/requests", WISH);
        report(job("r", "a", "running"));
        assertThat(visitor.get("/jobs/r-a").headers().firstValue("Location"))
                .contains("/requests/r/jobs/r-a");
    }

    @Test
    void waitingForARequestEndsWithItsCondition() throws InterruptedException {
        visitor.post("/api/requests", WISH);
        report(job("r", "a", "succeeded"));
        assertThat(server.await("r", RequestRecord::isFinished, Duration.ofSeconds(5)))
                .hasValueSatisfying(request -> assertThat(request.isFinished()).isTrue());
        assertThat(server.await("none", RequestRecord::isFinished, Duration.ofMillis(1))).isEmpty();
    }

    @Test
    void requestsSurviveARestartIfThereIsAFile(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("requests.json");
        var settings =
                new DevServerSettings(
                        "127.0.0.1", 0, List.of(new Backend("emis", "secret")), Optional.of(file));
        RequestRecord before;
        try (var first =
                        new DevServer(settings, PipelineText.NONE, InstantSource.system()).start();
                var guest = new Visitor(first.pageUrl())) {
            first.submit(Samples.request("r").forcingDependencies());
            guest.post(
                    "/api/v2/jobs/",
                    Samples.report(job("r", "a", "running")),
                    "Authorization",
                    "secret");
            first.cancel("r");
            before = first.request("r").orElseThrow();
        }
        try (var second = new DevServer(settings, PipelineText.NONE, InstantSource.system())) {
            assertThat(second.requests()).containsExactly(before);
        }
        assertThat(Files.readString(file)).doesNotContain("secret");
    }
}

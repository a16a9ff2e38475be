package org.securebackend.runner.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.securebackend.runner.source.GitStudySourceTest.assertRefused;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.securebackend.runner.source.SourceSettings.Limits;
import org.securebackend.runner.source.SourceSettings.Timeouts;

/** Over real HTTP, with a git server that also misbehaves. */
class HttpTrafficTest {
    private static final String STUDY = TestSettings.STUDIES + "/study";

    @TempDir private Path folder;
    private TestRepository study;
    private GitHttpServer server;
    private SourceSettings settings;
    private GitStudySource source;

    @BeforeEach
    void serveStudy() throws IOException {
        study = TestRepository.create(folder, "study");
        server = new GitHttpServer(folder);
        settings = TestSettings.at(folder.resolve("cache"), server.url());
        source = new GitStudySource(settings);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void commitIsFetchedOverHttp() throws IOException {
        List<String> ids = study.commits(15);
        study.push("main");

        var sink = new RecordingSink();
        source.export(source.checkStudy(STUDY, "main", ids.getFirst()), sink);

        assertThat(sink.shown).containsExactly("counter.txt = 0 of 15");
    }

    @Test
    void serverWithoutFiltersWillDo() {
        study.run(study.bare(), "config", "uploadpack.allowFilter", "false");
        List<String> ids = study.commits(15);
        study.push("main");

        assertThat(source.checkStudy(STUDY, "main", ids.getFirst()).commit().value())
                .isEqualTo(ids.getFirst());
    }

    @Test
    void cachedCommitAsksOnlyForTheBranch() throws IOException {
        List<String> ids = study.commits(15);
        study.push("main");
        source.checkStudy(STUDY, "main", ids.get(3));
        server.requests.clear();

        var again = new GitStudySource(settings);
        var code = again.checkStudy(STUDY, "main", ids.get(3));
        assertThat(server.requests)
                .extracting(GitHttpServer.Request::line)
                .containsExactly(
                        "GET /study/info/refs?service=git-upload-pack",
                        "POST /study/git-upload-pack");

        server.close();
        assertThat(again.file(code, "counter.txt")).isPresent();
        again.export(code, new RecordingSink());
        assertUnavailable(() -> again.checkStudy(STUDY, "main", ids.get(3)));
    }

    @Test
    void manyAskersOfOneCommitFetchItOnce() throws Exception {
        String head = study.write("a.txt", "a").commit();
        study.push("main");

        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all =
                    IntStream.range(0, 8)
                            .<Future<?>>mapToObj(i ->
                                    threads.submit(() -> source.checkStudy(STUDY, "main", head)))
                            .toList();
            for (Future<?> one : all) {
                one.get();
            }
        }

        // Each of eight asks for the branch with one POST; the pack takes one or two more.
        long posts = server.requests.stream().filter(r -> r.line().startsWith("POST")).count();
        assertThat(posts).isBetween(9L, 10L);
    }

    @Test
    void slowRepositoryDelaysNoOther() throws Exception {
        String head = study.write("a.txt", "a").commit();
        study.push("main");
        var asked = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        server.gate =
                exchange -> {
                    if (exchange.getRequestURI().getPath().startsWith("/slow")) {
                        asked.countDown();
                        await(release);
                    }
                    return false;
                };
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> slow =
                    threads.submit(
                            () -> source.checkStudy(TestSettings.STUDIES + "/slow", "main", head));
            assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();

            source.checkStudy(STUDY, "main", head);

            assertThat(slow.isDone()).isFalse();
            release.countDown();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void statusDecidesWhetherAskingAgainMayHelp() {
        for (int status : List.of(404, 410, 401)) {
            server.answerAll(status, "no");
            assertRefused(
                    "GitRepoNotReachableError",
                    () -> source.checkStudy(STUDY, "main", "1".repeat(40)));
        }
        for (int status : List.of(500, 502, 503, 429, 403)) {
            server.answerAll(status, "no");
            assertUnavailable(() -> source.checkStudy(STUDY, "main", "1".repeat(40)));
        }
    }

    @Test
    void answerThatIsNotGitIsTroubleThatMayPass() {
        for (String body : List.of("", "<html>login</html>", "0".repeat(10_000), "001e# service")) {
            server.answerAll(200, body);
            assertUnavailable(() -> source.checkStudy(STUDY, "main", "1".repeat(40)));
        }
    }

    @Test
    void silentServerEndsWithinTheTimeout() {
        var release = new CountDownLatch(1);
        server.gate =
                exchange -> {
                    await(release);
                    return true;
                };
        var impatient =
                new GitStudySource(
                        TestSettings.with(
                                settings,
                                new Timeouts(Duration.ofSeconds(1), Duration.ofSeconds(2))));
        long start = System.nanoTime();

        assertUnavailable(() -> impatient.checkStudy(STUDY, "main", "1".repeat(40)));

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
        release.countDown();
    }

    @Test
    void serverThatDripsEndsWithinTheTimeout() {
        var closed = new AtomicBoolean();
        var pause = new CountDownLatch(1);
        server.gate =
                exchange -> {
                    exchange.getResponseHeaders()
                            .set("Content-Type", "application/x-git-upload-pack-advertisement");
                    exchange.sendResponseHeaders(200, 0);
                    send(exchange, "001e# service=git-upload-pack\n");
                    while (!closed.get()) {
                        send(exchange, "0005x");
                        try {
                            closed.set(pause.await(100, TimeUnit.MILLISECONDS));
                        } catch (InterruptedException e) {
                            closed.set(true);
                        }
                    }
                    return true;
                };
        var impatient =
                new GitStudySource(
                        TestSettings.with(
                                settings,
                                new Timeouts(Duration.ofSeconds(1), Duration.ofSeconds(2))));
        long start = System.nanoTime();

        assertUnavailable(() -> impatient.checkStudy(STUDY, "main", "1".repeat(40)));

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
        closed.set(true);
    }

    private static void send(HttpExchange exchange, String text) throws IOException {
        exchange.getResponseBody().write(text.getBytes(StandardCharsets.US_ASCII));
        exchange.getResponseBody().flush();
    }

    @Test
    void interruptedAskerStopsWaiting() throws Exception {
        var asked = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        server.gate =
                exchange -> {
                    asked.countDown();
                    await(release);
                    return true;
                };
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> asker =
                    threads.submit(() -> source.checkStudy(STUDY, "main", "1".repeat(40)));
            assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
            threads.shutdownNow();
            assertThatThrownBy(() -> asker.get(8, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(SourceUnavailableException.class);
            release.countDown();
        }
    }

    @Test
    void downloadOverTheLimitIsRefused() throws IOException {
        byte[] large = new byte[3 << 20];
        new Random(2).nextBytes(large);
        Files.write(study.work().resolve("large.bin"), large);
        String head = study.commit();
        study.push("main");
        var small = TestSettings.with(settings, new Limits(1_000, 1 << 30, 100, 1 << 20));

        assertRefused("GitError", () -> new GitStudySource(small).checkStudy(STUDY, "main", head));
        assertThat(source.checkStudy(STUDY, "main", head).commit().value()).isEqualTo(head);
    }

    @Test
    void redirectWithinTheOrganisationIsFollowed() {
        String head = study.write("a.txt", "a").commit();
        study.push("main");
        server.gate =
                exchange -> {
                    String uri = exchange.getRequestURI().toString();
                    if (!uri.startsWith("/old/")) {
                        return false;
                    }
                    exchange.getResponseHeaders()
                            .set("Location", server.url() + uri.replace("/old/", "/study/"));
                    exchange.sendResponseHeaders(301, -1);
                    return true;
                };

        String old = TestSettings.STUDIES + "/old";
        assertThat(source.checkStudy(old, "main", head).repositoryUrl()).isEqualTo(old);
    }

    @Test
    void redirectToAnotherHostIsRefused() throws IOException {
        try (var elsewhere = new GitHttpServer(folder)) {
            server.redirectAllTo(elsewhere.url());

            assertRefused(
                    "GitRepoNotReachableError",
                    () -> source.checkStudy(STUDY, "main", "1".repeat(40)));
            assertThat(elsewhere.requests).isEmpty();
        }
    }

    private static void assertUnavailable(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        SourceUnavailableException.class,
                        e -> assertThat(e.errorClass()).isEqualTo("GitError"));
    }
}

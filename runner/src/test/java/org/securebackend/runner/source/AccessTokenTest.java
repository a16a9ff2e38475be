package org.securebackend.runner.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Optional;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.securebackend.runner.source.SourceSettings.AccessToken;
import org.slf4j.LoggerFactory;

/** The token goes to its host over TLS, and nowhere else: not even into a log. */
class AccessTokenTest {
    private static final String STUDY = TestSettings.STUDIES + "/study";
    private static final String SECRET = "ghp_s3cret/with+signs=";
    private static final String PASSWORD = "changeit";
    private static final String NO_COMMIT = "1".repeat(40);

    @TempDir private Path folder;
    private SSLSocketFactory before;
    private Logger log;
    private Level level;
    private ListAppender<ILoggingEvent> lines;
    private GitHttpServer server;
    private TestRepository study;

    @BeforeEach
    void serveOverTls() throws IOException, GeneralSecurityException, InterruptedException {
        SSLContext context = context();
        before = HttpsURLConnection.getDefaultSSLSocketFactory();
        HttpsURLConnection.setDefaultSSLSocketFactory(context.getSocketFactory());
        study = TestRepository.create(folder, "study");
        server = GitHttpServer.secure(folder, context);
        lines = new ListAppender<>();
        lines.start();
        log = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        level = log.getLevel();
        log.setLevel(Level.DEBUG);
        log.addAppender(lines);
    }

    @AfterEach
    void stop() {
        log.detachAppender(lines);
        log.setLevel(level);
        server.close();
        HttpsURLConnection.setDefaultSSLSocketFactory(before);
    }

    private SSLContext context()
            throws IOException, GeneralSecurityException, InterruptedException {
        Path store = folder.resolve("tls.p12");
        Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        Process made =
                new ProcessBuilder(
                                keytool.toString(),
                                "-genkeypair",
                                "-keyalg",
                                "EC",
                                "-alias",
                                "a",
                                "-dname",
                                "CN=localhost",
                                "-ext",
                                "san=dns:localhost,ip:127.0.0.1",
                                "-storetype",
                                "PKCS12",
                                "-storepass",
                                PASSWORD,
                                "-keystore",
                                store.toString())
                        .redirectErrorStream(true)
                        .start();
        made.getInputStream().readAllBytes();
        assertThat(made.waitFor()).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        var keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keyManagers.init(keys, PASSWORD.toCharArray());
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(keys);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keyManagers.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private String proxy() {
        return "https://localhost:" + server.port();
    }

    private GitStudySource source(String place) {
        return source(place, AccessToken.ofBackend("localhost:" + server.port(), "tpp", SECRET));
    }

    private GitStudySource source(String place, AccessToken token) {
        return new GitStudySource(
                TestSettings.with(TestSettings.at(folder.resolve("cache"), place), token));
    }

    private static String expected() {
        return "Basic "
                + Base64.getEncoder()
                        .encodeToString(
                                ("jobrunner-tpp:" + SECRET).getBytes(StandardCharsets.UTF_8));
    }

    private void assertNothingWasSent(GitHttpServer to) {
        assertThat(to.requests)
                .extracting(GitHttpServer.Request::authorization)
                .containsOnly(Optional.empty());
    }

    private static void refuseWithout(GitHttpServer server) {
        server.gate =
                exchange -> {
                    boolean known =
                            expected()
                                    .equals(exchange.getRequestHeaders().getFirst("Authorization"));
                    if (!known) {
                        exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"x\"");
                        exchange.sendResponseHeaders(401, -1);
                    }
                    return !known;
                };
    }

    @Test
    void tokenOpensAPrivateRepository() {
        refuseWithout(server);
        String head = study.write("a.txt", "a").commit();
        study.push("main");

        assertThat(source(proxy()).checkStudy(STUDY, "main", head).repositoryUrl())
                .isEqualTo(STUDY);

        assertThat(server.requests)
                .extracting(GitHttpServer.Request::authorization)
                .containsOnly(Optional.of(expected()));
        assertThatNothingTells(null);
    }

    @Test
    void tokenIsNotSentToAnotherHost() {
        refuseWithout(server);
        SourceException e = failure(source("https://127.0.0.1:" + server.port()));

        assertThat(e).isInstanceOf(SourceRefusedException.class);
        assertNothingWasSent(server);
        assertThatNothingTells(e);
    }

    @Test
    void tokenIsNotSentToAnotherPort() {
        refuseWithout(server);
        failure(source(proxy(), AccessToken.ofBackend("localhost", "tpp", SECRET)));

        assertNothingWasSent(server);
    }

    @Test
    void tokenIsNotSentOverPlainHttp() throws IOException {
        try (var plain = new GitHttpServer(folder)) {
            refuseWithout(plain);
            String place = "http://localhost:" + plain.port();

            SourceException e =
                    failure(
                            source(
                                    place,
                                    AccessToken.ofBackend(
                                            "localhost:" + plain.port(), "tpp", SECRET)));

            assertNothingWasSent(plain);
            assertThatNothingTells(e);
        }
    }

    @Test
    void tokenIsNotSentAfterARedirectElsewhere() throws IOException, GeneralSecurityException {
        try (var elsewhere = new GitHttpServer(folder)) {
            for (String target :
                    java.util.List.of(
                            elsewhere.url(),
                            "https://127.0.0.1:" + server.port(),
                            "https://localhost.evil.example")) {
                server.requests.clear();
                server.redirectAllTo(target);

                SourceException e = failure(source(proxy()));

                assertThat(e.errorClass()).isEqualTo("GitRepoNotReachableError");
                assertThat(elsewhere.requests).isEmpty();
                assertThat(server.requests).hasSize(1);
                assertThatNothingTells(e);
            }
        }
    }

    @Test
    void tokenThatIsNotAcceptedIsTroubleOfTheBackend() {
        server.answerAll(401, "no");

        assertThat(failure(source(proxy()))).isInstanceOf(SourceUnavailableException.class);
    }

    @Test
    void serverThatRepeatsTheTokenMakesNobodyElseDo() {
        log.setLevel(Level.INFO); // below, JGit shows every line of the protocol
        server.gate =
                exchange -> {
                    String text = "ERR " + expected() + " " + SECRET + "\n";
                    String all =
                            "001e# service=git-upload-pack\n0000%04x%s"
                                    .formatted(text.length() + 4, text);
                    byte[] body = all.getBytes(StandardCharsets.UTF_8);
                    exchange.getResponseHeaders()
                            .set("Content-Type", "application/x-git-upload-pack-advertisement");
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                    return true;
                };

        SourceException e = failure(source(proxy()));

        assertThat(e).hasStackTraceContaining("****");
        assertThatNothingTells(e);
    }

    @Test
    void settingsDoNotShowIt() {
        var token = AccessToken.ofBackend("localhost", "tpp", SECRET);
        var settings = TestSettings.with(TestSettings.at(folder, "/srv"), token);

        assertThat(settings.toString()).contains("jobrunner-tpp").doesNotContain(SECRET);
    }

    private static SourceException failure(GitStudySource source) {
        SourceException e =
                catchThrowableOfType(
                        SourceException.class, () -> source.checkStudy(STUDY, "main", NO_COMMIT));
        assertThat(e).isNotNull();
        return e;
    }

    private void assertThatNothingTells(@org.jspecify.annotations.Nullable SourceException error) {
        var texts = new StringWriter();
        if (error != null) {
            error.printStackTrace(new PrintWriter(texts, true));
        }
        for (ILoggingEvent line : lines.list) {
            texts.append(line.getFormattedMessage()).append('\n');
            if (line.getThrowableProxy() != null) {
                texts.append(
                        ch.qos.logback.classic.spi.ThrowableProxyUtil.asString(
                                line.getThrowableProxy()));
            }
        }
        assertThat(texts.toString())
                .doesNotContain(SECRET)
                .doesNotContain(expected().substring("Basic ".length()));
    }
}

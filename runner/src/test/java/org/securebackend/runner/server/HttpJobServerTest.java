package org.securebackend.runner.server;

import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.securebackend.runner.devserver.DevServer;
import org.securebackend.runner.devserver.DevServerSettings;
import org.securebackend.runner.devserver.DevServerSettings.Backend;
import org.securebackend.runner.devserver.NewRequest;
import org.securebackend.runner.devserver.PipelineText;
import org.securebackend.runner.pipeline.DataKind;

/** The contract over HTTP, with the job server for development at the other end. */
class HttpJobServerTest extends JobServerContractTest {
    private static final NewRequest.Study STUDY =
            new NewRequest.Study(
                    "https://github.com/opensafely/FLUCATS",
                    "main",
                    "0478b820776dfc4189a97bb903b7fd0c00db1346",
                    "flucats");

    private final DevServer devServer =
            new DevServer(
                            DevServerSettings.onLoopback(
                                    new Backend("emis", "secret"), new Backend("tpp", "other")),
                            PipelineText.NONE,
                            InstantSource.system())
                    .start();
    private final HttpJobServer server = client("secret");
    private final HttpJobServer stranger = client("wrong");

    private HttpJobServer client(String token) {
        return new HttpJobServer(
                JobServerSettings.of(
                        devServer.endpoint(), new ServerToken(token), "emis", DataKind.REAL),
                InstantSource.system());
    }

    @AfterEach
    void close() {
        server.close();
        stranger.close();
        devServer.close();
    }

    @Override
    JobServer server() {
        return server;
    }

    @Override
    JobServer serverForAStranger() {
        return stranger;
    }

    @Override
    void request(String id, String action) {
        devServer.submit(NewRequest.of("emis", STUDY, action).named(id));
    }

    @Override
    void cancel(String id, String action) {
        devServer.cancel(id, List.of(action));
    }

    @Override
    List<String> jobs(String id) {
        return devServer.request(id).orElseThrow().jobs().stream()
                .map(job ->
                        String.join(
                                " ", job.action(), job.progress().status(), job.progress().code()))
                .toList();
    }

    @Override
    String flags() {
        return devServer.flags("emis").orElseThrow();
    }
}

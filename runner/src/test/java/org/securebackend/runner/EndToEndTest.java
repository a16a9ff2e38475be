package org.securebackend.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.securebackend.runner.TestBackend.BACKEND;
import static org.securebackend.runner.TestBackend.at;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.securebackend.runner.devserver.NewRequest;
import org.securebackend.runner.devserver.RequestRecord;
import org.securebackend.runner.source.TestRepository;

@Tag("docker")
class EndToEndTest {
    @TempDir private Path home;

    @Test
    void jobRunsAndItsOutputsReachTheirStorages() throws InterruptedException {
        try (var backend = new TestBackend(home)) {
            String commit =
                    study(
                            backend,
                            """
                            version: '4.0'
                            actions:
                              make:
                                run: >
                                  python:v2 sh -c 'mkdir output; echo a,b >output/t.csv; echo 1,2 >>output/t.csv;
                                  echo secret >output/raw.csv; echo hello'
                                outputs:
                                  highly_sensitive:
                                    raw: output/raw.csv
                                  moderately_sensitive:
                                    table: output/t.csv
                              use:
                                run: python:v2 sh -c 'cat output/raw.csv >output/copy.txt'
                                needs: [make]
                                outputs:
                                  moderately_sensitive:
                                    copy: output/copy.txt
                            """);
            backend.start();

            String id =
                    backend.submit(NewRequest.of(BACKEND, at("study", commit, "w"), "use"))
                            .identifier();
            RequestRecord end = backend.awaitEnd(id);

            assertThat(end.status()).as(end.toString()).isEqualTo("succeeded");
            assertThat(TestBackend.files(backend.high("workspaces/w")))
                    .containsExactly(
                            "metadata/make.log",
                            "metadata/use.log",
                            "output/copy.txt",
                            "output/raw.csv",
                            "output/t.csv");
            assertThat(TestBackend.files(backend.medium("workspaces/w")))
                    .contains("output/t.csv", "output/copy.txt", "metadata/manifest.json")
                    .doesNotContain("output/raw.csv");
        }
    }

    @Test
    void cancelledJobStopsAtOnceAndSaysSo() throws InterruptedException {
        try (var backend = new TestBackend(home)) {
            String commit =
                    study(
                            backend,
                            """
                            version: '4.0'
                            actions:
                              test_action:
                                run: python:v2 sh -c 'sleep 600'
                                outputs:
                                  highly_sensitive:
                                    raw: output/raw.csv
                            """);
            backend.start();
            String id = "pzztw7wladpqkpqb";
            backend.submit(
                    NewRequest.of(BACKEND, at("study", commit, "w"), "test_action").named(id));
            backend.await(
                    id,
                    request ->
                            request.jobs().stream()
                                    .anyMatch(job -> job.progress().code().equals("executing")));

            backend.server().cancel(id);
            RequestRecord end = backend.awaitEnd(id);

            var job = end.jobs().getFirst();
            assertThat(job.identifier()).isEqualTo("6nhad5m5vkyxqf4z");
            assertThat(job.progress().status()).isEqualTo("failed");
            assertThat(job.progress().code()).isEqualTo("cancelled_by_user");
            assertThat(job.progress().message()).isEqualTo("Cancelled by user");
            assertThat(job.times().started()).isPresent();
            assertThat(job.times().completed()).isPresent();
        }
    }

    private static String study(TestBackend backend, String project) {
        TestRepository repository = backend.study("study");
        String commit = repository.write("project.yaml", project).commit();
        repository.push("main");
        return commit;
    }
}

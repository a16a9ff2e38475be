package org.securebackend.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.securebackend.runner.TestBackend.BACKEND;
import static org.securebackend.runner.TestBackend.at;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.securebackend.runner.devserver.NewRequest;
import org.securebackend.runner.devserver.RequestRecord;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.RequestId;
import org.securebackend.runner.source.TestRepository;

/** The daemon with workspaces in Docker volumes. */
@Tag("docker")
class VolumesTest {
    private static final Map<String, String> VOLUMES =
            Map.of("LOCAL_VOLUME_API", "jobrunner.executors.volumes:DockerVolumeAPI");
    private static final Map<String, String> DIRECTORIES = Map.of("LOCAL_VOLUME_API", "bind");

    private static final String PROJECT =
            """
            version: '4.0'
            actions:
              make:
                run: >
                  python:v2 sh -c 'sh code/make.sh; echo secret >output/raw.csv; i=0;
                  while [ $i -lt 150 ]; do echo a,$i >output/many$i.csv; i=$((i+1)); done;
                  head -c 40000000 /dev/zero >output/big.csv'
                outputs:
                  highly_sensitive:
                    raw: output/raw.csv
                    big: output/big.csv
                  moderately_sensitive:
                    table: output/t.csv
                    many: output/many*.csv
              use:
                run: python:v2 sh -c 'cat output/t.csv output/many7.csv >output/copy.csv; stat -c %u:%g output/t.csv'
                needs: [make]
                outputs:
                  moderately_sensitive:
                    copy: output/copy.csv
              hostile:
                run: >
                  python:v2 sh -c 'mkdir output; echo secret >output/a.csv; ln output/a.csv output/b.csv;
                  ln -s /etc/passwd output/c.csv; mkfifo output/d.csv; echo good >output/e.csv'
                outputs:
                  moderately_sensitive:
                    all: output/*.csv
              wait:
                run: python:v2 sh -c 'mkdir output; while [ ! -e go ]; do sleep 0.1; done; echo 1 >output/w.csv'
                outputs:
                  moderately_sensitive:
                    table: output/w.csv
            """;

    @TempDir private Path home;
    private TestBackend backend;
    private String commit;

    @BeforeEach
    void makeBackend() {
        backend = new TestBackend(home);
        TestRepository study = backend.study("study");
        study.write(
                "code/make.sh", "mkdir output; echo a,b >output/t.csv; echo 1,2 >>output/t.csv\n");
        for (int i = 0; i < 120; i++) {
            study.write("code/part%d.txt".formatted(i), "some code\n".repeat(100));
        }
        commit = study.write("project.yaml", PROJECT).commit();
        study.push("main");
    }

    @AfterEach
    void closeBackend() {
        backend.close();
    }

    private String ask(String workspace, String action) {
        return backend.submit(NewRequest.of(BACKEND, at("study", commit, workspace), action))
                .identifier();
    }

    private static JobId job(String request, String action) {
        return JobId.of(new RequestId(request), action);
    }

    private String running(String workspace) throws InterruptedException {
        String request = ask(workspace, "wait");
        backend.await(
                request,
                now ->
                        now.jobs().stream()
                                .anyMatch(job -> job.progress().code().equals("executing")));
        return request;
    }

    private static void letGo(JobId job) {
        Commands.docker("exec", "os-job-" + job, "touch", "go");
    }

    private void requireTidy() throws InterruptedException {
        Commands.await(
                "containers are gone", () -> Commands.containersOf(backend.instance()).isEmpty());
        Commands.await("volumes are gone", () -> Commands.volumesOf(backend.instance()).isEmpty());
        Path directories = backend.high("volumes");
        Commands.await(
                "directories are gone", () -> !Files.exists(directories) || isEmpty(directories));
    }

    private static boolean isEmpty(Path folder) {
        return List.of(folder.toFile().list()).isEmpty();
    }

    @Test
    void studyRunsInVolumesAsInDirectories() throws InterruptedException {
        backend.startWith(VOLUMES);
        List<String> inVolumes = outcomes("volumes");
        backend.stop();
        backend.startWith(DIRECTORIES);
        List<String> inDirectories = outcomes("directories");

        assertThat(inVolumes).hasSize(3).isEqualTo(inDirectories);
        assertThat(TestBackend.files(backend.medium("workspaces/volumes")))
                .contains("output/copy.csv", "output/many149.csv", "output/e.csv")
                .doesNotContain("output/a.csv", "output/b.csv", "output/c.csv", "output/d.csv");
        assertThat(TestBackend.files(backend.high("workspaces/volumes")))
                .isEqualTo(TestBackend.files(backend.high("workspaces/directories")));
        assertThat(TestBackend.files(backend.medium("workspaces/volumes")))
                .isEqualTo(TestBackend.files(backend.medium("workspaces/directories")));
        requireTidy();
    }

    private List<String> outcomes(String workspace) throws InterruptedException {
        RequestRecord use = backend.awaitEnd(ask(workspace, "use"));
        RequestRecord hostile = backend.awaitEnd(ask(workspace, "hostile"));
        return Stream.of(use, hostile)
                .flatMap(request -> request.jobs().stream())
                .map(job -> job.action() + " " + job.progress())
                .sorted()
                .toList();
    }

    @Test
    void startedJobsKeepTheirKindWhenTheSettingChanges() throws InterruptedException {
        backend.startWith(DIRECTORIES);
        String bound = running("bound");
        backend.stop();
        backend.startWith(VOLUMES);
        String inVolume = running("in-volume");
        assertThat(Commands.volumesOf(backend.instance()))
                .containsExactly("os-volume-" + job(inVolume, "wait"));

        letGo(job(bound, "wait"));
        assertThat(backend.awaitEnd(bound).status()).isEqualTo("succeeded");
        backend.stop();
        backend.startWith(DIRECTORIES);
        letGo(job(inVolume, "wait"));
        assertThat(backend.awaitEnd(inVolume).status()).isEqualTo("succeeded");

        assertThat(TestBackend.files(backend.medium("workspaces/bound"))).contains("output/w.csv");
        assertThat(TestBackend.files(backend.medium("workspaces/in-volume")))
                .contains("output/w.csv");
        requireTidy();
    }

    @Test
    void cancelledJobLeavesNoVolume() throws InterruptedException {
        backend.startWith(VOLUMES);
        String request = running("cancelled");

        backend.server().cancel(request);

        assertThat(backend.awaitEnd(request).jobs().getFirst().progress().code())
                .isEqualTo("cancelled_by_user");
        requireTidy();
    }

    @Test
    void jobWhoseContainerDisappearedStartsAgainInANewVolume() throws InterruptedException {
        backend.startWith(VOLUMES);
        String request = running("again");
        JobId job = job(request, "wait");
        letNothingOfTheFirstRunBeLeft(job);
        backend.stop();
        Commands.docker("rm", "--force", "os-job-" + job);

        backend.startWith(VOLUMES);
        Commands.await(
                "it runs again",
                () ->
                        Commands.attempt(
                                                "docker",
                                                "exec",
                                                "os-job-" + job,
                                                "test",
                                                "!",
                                                "-e",
                                                "old")
                                        .exit()
                                == 0);
        letGo(job);

        assertThat(backend.awaitEnd(request).status()).isEqualTo("succeeded");
        requireTidy();
    }

    private static void letNothingOfTheFirstRunBeLeft(JobId job) {
        Commands.docker("exec", "os-job-" + job, "touch", "old");
    }

    /** When the daemon is killed, while {@code make} is the job at hand. */
    private enum Moment {
        FILLING,
        COLLECTING
    }

    @Test
    void daemonKilledWhileItFillsOrReadsAVolumeLeavesNone() throws InterruptedException {
        for (Moment moment : Moment.values()) {
            String workspace = "at-" + moment.name().toLowerCase(Locale.ROOT);
            try (DaemonProcess daemon = backend.startProcess(VOLUMES).ready()) {
                String request = ask(workspace, "use");
                JobId make = job(request, "make");
                switch (moment) {
                    case FILLING ->
                            Commands.await(
                                    "the volume",
                                    () ->
                                            Commands.volumesOf(backend.instance())
                                                    .contains("os-volume-" + make));
                    case COLLECTING -> {
                        Path staged = backend.high(".staging").resolve(make.value());
                        Commands.await("staging", () -> Files.exists(staged));
                    }
                }
                daemon.kill();
                try (var _ = backend.startProcess(VOLUMES).ready()) {
                    assertThat(backend.awaitEnd(request).status()).isEqualTo("succeeded");
                    requireTidy();
                }
            }
        }
    }
}

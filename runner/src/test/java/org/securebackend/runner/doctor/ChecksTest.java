package org.securebackend.runner.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.securebackend.runner.doctor.Finding.Verdict;
import org.securebackend.runner.executor.ExecutorException;
import org.securebackend.runner.executor.ExecutorUnavailableException;
import org.securebackend.runner.job.ImageDigest;
import org.securebackend.runner.job.ImageName;
import org.securebackend.runner.server.JobServerException;
import org.securebackend.runner.server.ServerProbe;
import org.securebackend.runner.store.SqliteJobStore;
import org.securebackend.runner.store.WorkdirLock;

class ChecksTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    @TempDir private Path home;

    private static List<Verdict> verdicts(List<Finding> findings) {
        return findings.stream().map(Finding::verdict).toList();
    }

    @Test
    void oneCheckThatHangsOrBreaksLeavesTheOthersAlone() throws InterruptedException {
        var never = new CountDownLatch(1);
        Check hanging =
                check(
                        "hanging",
                        () -> {
                            never.await();
                            return List.of();
                        });
        Check broken =
                check(
                        "broken",
                        () -> {
                            throw new IllegalStateException("a bug");
                        });
        Check good = check("good", () -> List.of(Finding.ok("good", "fine")));
        List<Finding> findings =
                new Examination(Duration.ofMillis(300)).of(List.of(hanging, broken, good));
        assertThat(findings)
                .extracting(Finding::check)
                .containsExactly("hanging", "broken", "good");
        assertThat(verdicts(findings)).containsExactly(Verdict.FAILED, Verdict.FAILED, Verdict.OK);
    }

    private interface Work {
        List<Finding> examine() throws InterruptedException;
    }

    private static Check check(String name, Work work) {
        return new Check() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public List<Finding> examine() throws InterruptedException {
                return work.examine();
            }
        };
    }

    // The job server and the clock

    private static List<Finding> server(int status, Optional<Instant> date) {
        return new ServerCheck(Optional.of(() -> new ServerProbe.Answer(status, date)), () -> NOW)
                .examine();
    }

    @ParameterizedTest
    @CsvSource({
        "200, OK",
        "400, OK",
        "401, FAILED",
        "403, FAILED",
        "404, FAILED",
        "301, FAILED",
        "500, UNREACHABLE",
        "503, UNREACHABLE"
    })
    void statusTellsWhetherTheTokenIsTaken(int status, Verdict verdict) {
        assertThat(server(status, Optional.of(NOW)).getFirst().verdict()).isEqualTo(verdict);
    }

    @ParameterizedTest
    @CsvSource({"0, OK", "-9, OK", "30, WARNING", "-30, WARNING", "61, FAILED", "-3600, FAILED"})
    void clockIsComparedWithTheServers(long offSeconds, Verdict verdict) {
        Finding clock = server(200, Optional.of(NOW.minusSeconds(offSeconds))).getLast();
        assertThat(clock.check()).isEqualTo("clock");
        assertThat(clock.verdict()).isEqualTo(verdict);
    }

    @Test
    void serverThatIsAwayOrHasNoTokenIsSaid() {
        assertThat(
                        verdicts(
                                new ServerCheck(
                                                Optional.of(() -> {
                                                    throw new JobServerException(
                                                            JobServerException.Kind.UNREACHABLE,
                                                            "away",
                                                            null);
                                                }),
                                                () -> NOW)
                                        .examine()))
                .containsExactly(Verdict.UNREACHABLE);
        assertThat(verdicts(new ServerCheck(Optional.empty(), () -> NOW).examine()))
                .containsExactly(Verdict.FAILED);
        assertThat(server(200, Optional.empty()).getLast().verdict()).isEqualTo(Verdict.WARNING);
    }

    // The engine

    private static final EngineCheck.Wanted WANTED = new EngineCheck.Wanted(4, 8L << 30);

    private static List<Finding> engine(long memoryBytes, List<String> missing) {
        return new EngineCheck(
                        URI.create("unix:///run/docker.sock"),
                        WANTED,
                        () -> new EngineCheck.Facts("28", "overlay2", "2", 4, memoryBytes, missing))
                .examine();
    }

    @Test
    void engineThatCannotLimitIsNoGood() {
        assertThat(verdicts(engine(16L << 30, List.of()))).containsExactly(Verdict.OK);
        assertThat(verdicts(engine(16L << 30, List.of("memory"))))
                .containsExactly(Verdict.OK, Verdict.FAILED);
        assertThat(verdicts(engine(4L << 30, List.of())))
                .containsExactly(Verdict.OK, Verdict.WARNING);
    }

    @Test
    void socketThatIsNotThereSaysWhatToSet() {
        List<Finding> findings =
                new EngineCheck(
                                URI.create("unix://" + home.resolve("none.sock")),
                                WANTED,
                                () -> {
                                    throw new ExecutorUnavailableException("away", null);
                                })
                        .examine();
        assertThat(verdicts(findings)).containsExactly(Verdict.UNREACHABLE);
        assertThat(findings.getFirst().remedy()).contains("containers.engine", "none.sock");
    }

    // Images

    @Test
    void imagesOfOpenJobsMustBeThereAndOthersShould() {
        var present = new HashMap<String, ImageDigest>();
        present.put("reg/python:v2", new ImageDigest("sha256:" + "a".repeat(64)));
        var needed =
                new ImagesCheck.Needed(
                        "reg",
                        () -> List.of(new ImageName("reg/python:v2"), new ImageName("reg/r:v1")),
                        List.of("python", "ehrql"),
                        ImagesCheck.Absent.WAITED_FOR);
        List<Finding> findings = new ImagesCheck(needed, () -> present).examine();
        assertThat(verdicts(findings))
                .containsExactly(Verdict.OK, Verdict.FAILED, Verdict.OK, Verdict.WARNING);
        assertThat(findings.get(0).what()).contains("reg/python:v2", "sha256:aaaaaaaaaaaa");
        assertThat(findings.get(1).remedy()).contains("docker pull reg/r:v1");
        assertThat(findings.get(2).what()).contains("python:v2");
        assertThat(findings.get(3).what()).contains("ehrql");
        assertThat(
                        verdicts(
                                new ImagesCheck(
                                                needed,
                                                () -> {
                                                    throw new ExecutorException("no", null);
                                                })
                                        .examine()))
                .containsExactly(Verdict.FAILED);
    }

    // What a probe says

    private static final Map<String, String> ISOLATED =
            Map.ofEntries(
                    Map.entry("user", "10000:10000"),
                    Map.entry("CapEff", "0000000000000000"),
                    Map.entry("CapPrm", "0000000000000000"),
                    Map.entry("CapBnd", "0000000000000000"),
                    Map.entry("CapInh", "0000000000000000"),
                    Map.entry("CapAmb", "0000000000000000"),
                    Map.entry("NoNewPrivs", "1"),
                    Map.entry("routes", "0"),
                    Map.entry("memory", "1024"),
                    Map.entry("processes", "50"),
                    Map.entry("workspace", Probe.CONTENT),
                    Map.entry("writing", "yes"));

    private static List<Finding> isolation(String name, String value, String mode) {
        var answers = new HashMap<>(ISOLATED);
        answers.put(name, value);
        return new IsolationCheck(
                        Optional::empty, new IsolationCheck.Expected("10000:10000", 1024, 50))
                .judge(
                        new Probe.Said(
                                answers,
                                "{\"HostConfig\": {\"NetworkMode\": \"%s\", \"Privileged\": false}}"
                                        .formatted(mode)));
    }

    @ParameterizedTest
    @CsvSource({
        "user, 10000:10000, none, OK",
        "user, 0:0, none, FAILED",
        "CapEff, 00000000a80425fb, none, FAILED",
        "CapBnd, 0000000000000001, none, FAILED",
        "NoNewPrivs, 0, none, FAILED",
        "routes, 2, none, FAILED",
        "memory, max, none, FAILED",
        "memory, '', none, WARNING",
        "processes, max, none, FAILED",
        "workspace, '', none, FAILED",
        "writing, '', none, FAILED",
        "writing, yes, bridge, FAILED"
    })
    void everyRightThatAContainerKeepsIsFound(
            String name, String value, String mode, Verdict verdict) {
        assertThat(verdicts(isolation(name, value, mode))).containsExactly(verdict);
    }

    private static List<Verdict> network(String database, String gateway, String names) {
        return verdicts(
                new DatabaseNetworkCheck(
                                Optional::empty,
                                new DatabaseNetworkCheck.Places(
                                        "db",
                                        Map.of(),
                                        _ -> Optional.of(List.of()),
                                        new DatabaseNetworkCheck.Place("1.1.1.1", 443)))
                        .judge(
                                "default",
                                new Probe.Said(
                                        Map.of(
                                                "database", database,
                                                "gateway 10.0.0.1 port 22", gateway,
                                                "outside", "closed",
                                                "names", names),
                                        "{}")));
    }

    @Test
    void databaseAndNothingElseMustBeReached() {
        assertThat(network("open", "closed", "closed")).containsExactly(Verdict.OK);
        assertThat(network("closed", "closed", "closed")).containsExactly(Verdict.FAILED);
        assertThat(network("open", "open", "closed")).containsExactly(Verdict.OK, Verdict.FAILED);
        assertThat(network("open", "open", "open"))
                .containsExactly(Verdict.OK, Verdict.FAILED, Verdict.FAILED);
        assertThat(network("unknown", "unknown", "closed")).containsExactly(Verdict.WARNING);
    }

    // Storage and the database file

    private StorageCheck storage(long reserved) throws IOException {
        var mode =
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-x---"));
        for (String name : List.of("high", "medium", "work")) {
            if (Files.notExists(home.resolve(name))) {
                Files.createDirectory(home.resolve(name), mode);
            }
        }
        if (Files.notExists(home.resolve("high/volumes"))) {
            Files.createDirectory(home.resolve("high/volumes"), mode);
        }
        return new StorageCheck(
                new StorageCheck.Folders(
                        home.resolve("high"),
                        home.resolve("medium"),
                        home.resolve("high/volumes"),
                        home.resolve("work")),
                reserved);
    }

    @Test
    void goodStorageIsGoodAndNothingIsLeftInIt() throws IOException {
        assertThat(verdicts(storage(1).examine())).containsExactly(Verdict.OK);
        try (var files = Files.walk(home)) {
            assertThat(files.filter(Files::isRegularFile)).isEmpty();
        }
    }

    @Test
    void missingOpenAndFullStorageAreFound() throws IOException {
        storage(1);
        Files.setPosixFilePermissions(
                home.resolve("medium"), PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(verdicts(storage(1).examine())).containsExactly(Verdict.WARNING);
        assertThat(storage(Long.MAX_VALUE / 100).examine())
                .extracting(Finding::what)
                .anyMatch(what -> what.contains("that must stay free"));
        Files.delete(home.resolve("medium"));
        var check =
                new StorageCheck(
                        new StorageCheck.Folders(
                                home.resolve("high"),
                                home.resolve("medium"),
                                home.resolve("high/volumes"),
                                home.resolve("work")),
                        1);
        assertThat(check.examine())
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.verdict()).isEqualTo(Verdict.FAILED);
                    assertThat(finding.what()).contains("medium", "is not there");
                });
    }

    @Test
    void databaseFileIsReadWholeAndTheDaemonIsFound() throws IOException {
        Path work = Files.createDirectory(home.resolve("work"));
        assertThat(verdicts(new StoreCheck(work, "runner.sqlite").examine()))
                .containsExactly(Verdict.WARNING, Verdict.WARNING);
        SqliteJobStore.createOrMigrate(work).close();
        try (var _ = WorkdirLock.take(work, 4711)) {
            assertThat(verdicts(new StoreCheck(work, "runner.sqlite").examine()))
                    .containsExactly(Verdict.OK, Verdict.OK);
        }
        Files.writeString(work.resolve("runner.sqlite"), "no database ".repeat(1000));
        assertThat(verdicts(new StoreCheck(work, "runner.sqlite").examine()))
                .containsExactly(Verdict.FAILED, Verdict.WARNING);
    }
}

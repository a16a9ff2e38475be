package org.securebackend.runner.outputs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.securebackend.runner.job.Exit;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobResults;
import org.securebackend.runner.job.JobResults.NotCollected;
import org.securebackend.runner.job.OutputFile;
import org.securebackend.runner.outputs.JobLog.Audience;
import org.securebackend.runner.outputs.JobLog.ProgramOutput;
import org.securebackend.runner.pipeline.PrivacyLevel;

class SaveLogTest {
    private static final Job JOB = Jobs.succeeded(Jobs.job("r1", "mo:*"));

    @TempDir(factory = MemoryFolder.class)
    Path folder;

    private Stores stores;

    @BeforeEach
    void makeStores() throws IOException {
        stores = Stores.in(folder);
    }

    private static OutputFile file(String path, Optional<String> notReleased) {
        return new OutputFile(
                path,
                PrivacyLevel.MODERATELY_SENSITIVE,
                7,
                "0123456789abcdef".repeat(4),
                Instant.EPOCH,
                notReleased,
                OptionalLong.of(3),
                OptionalLong.empty());
    }

    private static JobResults results() {
        return new JobResults(
                List.of(
                        file("a.csv", Optional.empty()),
                        file("long/b.csv", Optional.of("File has a patient_id column"))),
                List.of("*.png"),
                List.of("plot.svg"),
                List.of(new NotCollected("link.csv", "a symbolic link")),
                List.of("a note"));
    }

    private static JobLog log(Audience audience, ProgramOutput output) {
        return new JobLog(
                JOB,
                "Completed successfully",
                Optional.of(Exit.of(0)),
                Optional.of(results()),
                Optional.of(
                        "{\"State\": {\"Pid\": 7}, \"Env\": [\"X=" + "pa$$w0rd/with\\\"quote\"]}"),
                output,
                audience);
    }

    private static ProgramOutput saying(String text) {
        return sink -> sink.write(text.getBytes(UTF_8));
    }

    /** The job ends on 31 March 23:30 UTC, which is April already in London's summer time. */
    private Path logFolder() {
        return stores.high().resolve("logs/2026-04/os-job-" + JOB.id());
    }

    @Test
    void logHasOutputAndTrailer() throws IOException {
        stores.outputs().saveLog(log(Audience.USERS, saying("2026-01-01T00:00:00Z hello\n")));
        assertThat(logFolder().resolve("logs.txt"))
                .hasContent(
                        """
                        2026-01-01T00:00:00Z hello


                        job_definition_id: %s
                        job_definition_request_id: r1
                        commit: 0123456789abcdef0123456789abcdef01234567
                        docker_image_id: sha256:%s
                        exit_code: 0
                        status_message: Completed successfully
                        created_at: 1774994400
                        completed_at: 1774999800
                        database_name: default

                        outputs:
                          a.csv       - moderately_sensitive
                          long/b.csv  - moderately_sensitive

                        moderately_sensitive, 2 files, 14 B:
                          SIZE  BYTES  ROWS  SHA-256       LEVEL 4   FILE
                           7 B      7     3  0123456789ab  passed    a.csv
                           7 B      7     3  0123456789ab  kept out  long/b.csv

                        Invalid moderately_sensitive outputs, not made available at level 4:
                          long/b.csv  - File has a patient_id column

                        Not collected:
                          link.csv  - a symbolic link

                        Patterns that matched no file:
                          *.png

                        New files that matched no pattern, did you mean one of these?
                          plot.svg

                        Notes:
                          a note
                        """
                                .formatted(JOB.id(), "ab".repeat(32)));
    }

    @Test
    void usersFindTheLogInBothStorages() throws IOException {
        stores.outputs().saveLog(log(Audience.USERS, saying("hello\n")));
        String expected = Files.readString(logFolder().resolve("logs.txt"));
        assertThat(stores.inHigh("metadata/brew.log")).hasContent(expected);
        assertThat(stores.inMedium("metadata/brew.log")).hasContent(expected);
    }

    @Test
    void cancelledJobKeepsItsLogWhereOnlyOperatorsLook() throws IOException {
        stores.outputs().saveLog(log(Audience.OPERATORS, saying("hello\n")));
        assertThat(logFolder().resolve("logs.txt")).isRegularFile();
        assertThat(stores.high().resolve("workspaces")).doesNotExist();
        assertThat(stores.medium().resolve("workspaces")).doesNotExist();
    }

    @Test
    void withheldLogsAreNotAtLevel4() throws IOException {
        stores.outputs().saveLog(log(Audience.USERS, saying("hello\n")));
        OutputsSettings shown = stores.settings();
        var withheld =
                new OutputsSettings(
                        shown.high(),
                        shown.medium(),
                        shown.modes(),
                        shown.limits(),
                        shown.policy(),
                        new OutputsSettings.Logs(
                                shown.logs().limits(),
                                OutputsSettings.Level4Logs.WITHHELD,
                                shown.logs().secrets(),
                                shown.logs().zone()));
        new FileOutputs(withheld, stores.records(), Stores.CLOCK)
                .saveLog(log(Audience.USERS, saying("hello\n")));
        assertThat(stores.inMedium("metadata/brew.log")).doesNotExist();
        assertThat(stores.inHigh("metadata/brew.log")).exists();
    }

    @Test
    void metadataHasTypesAsOthersExpectThem() throws IOException {
        stores.outputs().saveLog(log(Audience.USERS, saying("")));
        assertThat(Files.readString(logFolder().resolve("metadata.json")))
                .contains(
                        "\"exit_code\": \"0\"",
                        "\"created_at\": 1774994400",
                        "\"completed_at\": 1774999800",
                        "\"a.csv\": \"moderately_sensitive\"",
                        "\"container_metadata\": {",
                        "\"Pid\": 7");
    }

    @Test
    void knownSecretsAreInNothingThatWasWritten() throws IOException {
        String secret = Stores.SECRET;
        String said =
                "plain %s\nurl %s\nbase64 %s\njson %s\n"
                        .formatted(
                                secret,
                                URLEncoder.encode(secret, UTF_8),
                                Base64.getEncoder().encodeToString(secret.getBytes(UTF_8)),
                                secret.replace("\"", "\\\""));
        ProgramOutput slowly =
                sink -> {
                    for (byte octet : said.getBytes(UTF_8)) {
                        sink.write(octet);
                    }
                };
        stores.outputs().saveLog(log(Audience.USERS, slowly));
        assertThat(stores.tree().values())
                .noneMatch(text -> text.contains("w0rd"))
                .noneMatch(text -> text.contains("%24%24"))
                .noneMatch(text ->
                        text.contains(
                                Base64.getEncoder()
                                        .encodeToString(secret.getBytes(UTF_8))
                                        .substring(0, 10)));
        assertThat(stores.inMedium("metadata/brew.log")).content().contains("xxxx-REDACTED-xxxx");
    }

    @Test
    void logOfGigabytesOnOneLineIsBoundedInMemoryAndOnDisk() throws IOException {
        byte[] chunk = new byte[1 << 20];
        Arrays.fill(chunk, (byte) 'x');
        ProgramOutput endless =
                sink -> {
                    for (int i = 0; i < 200; i++) {
                        sink.write(chunk);
                    }
                    sink.write("\nlast words\n".getBytes(UTF_8));
                };
        stores.outputs().saveLog(log(Audience.USERS, endless));
        assertThat(Files.size(logFolder().resolve("logs.txt"))).isLessThan(100_000);
        assertThat(Files.readString(logFolder().resolve("logs.txt")))
                .contains("209649664 bytes of this line left out", "last words", "exit_code");
    }

    @Test
    void logOfHundredsOfMegabytesNeedsNoMoreMemoryThanASmallOne() throws Exception {
        int megabytes = 300;
        Process process =
                new ProcessBuilder(SmallHeap.command(folder, megabytes))
                        .redirectErrorStream(true)
                        .start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(said).isZero();

        Path text = logFolder().resolve("logs.txt");
        assertThat(Files.size(text)).isBetween(20L << 20, (20L << 20) + 2_000);
        try (var lines = Files.lines(text)) {
            assertThat(lines.filter(line -> line.contains("w0rd"))).isEmpty();
        }
        try (var lines = Files.lines(text)) {
            assertThat(lines.filter(line -> line.contains("bytes of the log left out"))).hasSize(1);
        }
        try (var lines = Files.lines(text)) {
            assertThat(lines.findFirst())
                    .hasValueSatisfying(
                            line -> assertThat(line).contains("Z 0 0 key xxxx-REDACTED-xxxx"));
        }
        assertThat(Files.readString(text)).contains("Z 299 9999 ");
        assertThat(stores.inMedium("metadata/brew.log")).hasSize(Files.size(text));
    }

    @Test
    void savingAgainReplacesTheLog() throws IOException {
        stores.outputs().saveLog(log(Audience.USERS, saying("first\n")));
        stores.outputs().saveLog(log(Audience.USERS, saying("second\n")));
        assertThat(stores.inMedium("metadata/brew.log"))
                .content()
                .contains("second")
                .doesNotContain("first");
    }

    @Test
    void linkPlantedUnderTheLogsNameIsReplacedNotFollowed() throws IOException {
        Path precious = Files.writeString(folder.resolve("precious"), "precious");
        Files.createDirectories(stores.inMedium("metadata"));
        Files.createSymbolicLink(stores.inMedium("metadata/brew.log"), precious);
        stores.outputs().saveLog(log(Audience.USERS, saying("hello\n")));
        assertThat(precious).hasContent("precious");
        assertThat(stores.inMedium("metadata/brew.log")).content().contains("hello");
    }
}

package org.securebackend.runner.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.securebackend.runner.job.JobResults.NotCollected;
import org.securebackend.runner.pipeline.PrivacyLevel;

class OutputReportTest {
    private static final String LONG = "output/a_rather_long_folder/".repeat(4) + "figure.csv";

    private static OutputFile file(PrivacyLevel level, String path, long bytes, long rows) {
        return new OutputFile(
                path,
                level,
                bytes,
                "0123456789abcdef".repeat(4),
                Instant.EPOCH,
                Optional.empty(),
                rows < 0 ? OptionalLong.empty() : OptionalLong.of(rows),
                OptionalLong.empty());
    }

    private static OutputFile keptOut(String path, String why) {
        OutputFile file = file(PrivacyLevel.MODERATELY_SENSITIVE, path, 20, -1);
        return new OutputFile(
                path,
                file.level(),
                file.bytes(),
                file.sha256(),
                file.modifiedAt(),
                Optional.of(why),
                file.rows(),
                file.columns());
    }

    private static JobResults outputs(List<OutputFile> files) {
        return new JobResults(files, List.of(), List.of(), List.of(), List.of());
    }

    @Test
    void everythingIsShownInTables() {
        var results =
                new JobResults(
                        List.of(
                                file(
                                        PrivacyLevel.HIGHLY_SENSITIVE,
                                        "output/input.csv.gz",
                                        7_340_032_000L,
                                        -1),
                                file(
                                        PrivacyLevel.MODERATELY_SENSITIVE,
                                        "output/counts.csv",
                                        1_234_567,
                                        5_000),
                                file(PrivacyLevel.MODERATELY_SENSITIVE, LONG, 512, 12),
                                keptOut("output/patients.csv", "File has a patient_id column"),
                                keptOut(
                                        LONG + ".txt",
                                        "File size of 20 MB is larger than the limit")),
                        List.of("output/*.png"),
                        List.of("plot.svg"),
                        List.of(
                                new NotCollected("link.csv", "a symbolic link"),
                                new NotCollected("output/pipe", "not a regular file")),
                        List.of("a note"));
        assertThat(
                        String.join(
                                "\n",
                                OutputReport.of(
                                        results,
                                        OutputReport.Whereabouts.IN_PLACE,
                                        new OutputReport.Limits(100, 1000))))
                .isEqualTo(
                        """
                        highly_sensitive, 1 file, 6.8 GB:
                            SIZE          BYTES  ROWS  SHA-256       LEVEL 4  FILE
                          6.8 GB  7,340,032,000     -  0123456789ab  no       output/input.csv.gz

                        moderately_sensitive, 4 files, 1.2 MB:
                            SIZE      BYTES   ROWS  SHA-256       LEVEL 4   FILE
                          1.2 MB  1,234,567  5,000  0123456789ab  passed    output/counts.csv
                           512 B        512     12  0123456789ab  passed
                              %1$s
                            20 B         20      -  0123456789ab  kept out  output/patients.csv
                            20 B         20      -  0123456789ab  kept out
                              %1$s.txt

                        Invalid moderately_sensitive outputs, not made available at level 4:
                          output/patients.csv  - File has a patient_id column
                          %1$s.txt
                              - File size of 20 MB is larger than the limit

                        Not collected:
                          link.csv     - a symbolic link
                          output/pipe  - not a regular file

                        Patterns that matched no file:
                          output/*.png

                        New files that matched no pattern, did you mean one of these?
                          plot.svg

                        Notes:
                          a note\
                        """
                                .formatted(LONG));
    }

    @Test
    void whereThereIsRoomAFileHasOneLine() {
        var results = outputs(List.of(file(PrivacyLevel.MODERATELY_SENSITIVE, LONG, 512, 12)));
        assertThat(
                        OutputReport.of(
                                results,
                                OutputReport.Whereabouts.IN_PLACE,
                                new OutputReport.Limits(10_000, 10)))
                .hasSize(3)
                .last()
                .asString()
                .endsWith(LONG);
    }

    @Test
    void ofVeryManyTheFirstOfEachLevelAreShown() {
        var files = new ArrayList<OutputFile>();
        for (int i = 0; i < 100_000; i++) {
            files.add(file(PrivacyLevel.HIGHLY_SENSITIVE, "h" + i, 1, -1));
        }
        files.add(file(PrivacyLevel.MODERATELY_SENSITIVE, "m", 1, -1));
        List<String> lines =
                OutputReport.of(
                        outputs(files),
                        OutputReport.Whereabouts.IN_PLACE,
                        new OutputReport.Limits(100, 1000));
        assertThat(lines)
                .hasSize(1 + 1 + 1000 + 1 + 1 + 3)
                .contains("  ... and 99,000 more")
                .last()
                .asString()
                .endsWith("m");
    }

    @Test
    void filesOfAJobThatFailedAreNotSaidToBeReleased() {
        var results = outputs(List.of(file(PrivacyLevel.MODERATELY_SENSITIVE, "a.csv", 5, 1)));
        assertThat(
                        OutputReport.of(
                                results,
                                OutputReport.Whereabouts.KEPT_ASIDE,
                                new OutputReport.Limits(100, 10)))
                .first()
                .isEqualTo("None of these files is in the workspace: the job has not succeeded.");
    }

    @Test
    void jobWithoutOutputsSaysSo() {
        assertThat(
                        OutputReport.of(
                                outputs(List.of()),
                                OutputReport.Whereabouts.IN_PLACE,
                                new OutputReport.Limits(100, 10)))
                .containsExactly("No outputs.");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 B",
        "1023, 1023 B",
        "1024, 1.0 kB",
        "1535, 1.5 kB",
        "10189, 10 kB",
        "1022976, 999 kB",
        "1023999, 1.0 MB",
        "1048576, 1.0 MB",
        "7340032000, 6.8 GB",
        "9223372036854775807, 8.0 EB"
    })
    void sizesAreReadable(long bytes, String text) {
        assertThat(ByteCount.of(bytes)).isEqualTo(text);
    }
}

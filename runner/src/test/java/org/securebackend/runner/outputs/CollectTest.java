package org.securebackend.runner.outputs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.securebackend.runner.executor.WorkspaceEntry;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobResults;
import org.securebackend.runner.job.JobResults.NotCollected;
import org.securebackend.runner.job.OutputFile;
import org.securebackend.runner.outputs.Outputs.Leavings;
import org.securebackend.runner.outputs.Outputs.Publication;
import org.securebackend.runner.outputs.matching.OutputNames;
import org.securebackend.runner.pipeline.PrivacyLevel;

class CollectTest {
    private static final Instant LONG_AGO = Instant.EPOCH;

    @TempDir Path folder;
    private Stores stores;
    private FolderWorkspace workspace;

    @BeforeEach
    void makeStores() throws IOException {
        stores = Stores.in(folder);
        workspace = new FolderWorkspace(Files.createDirectories(folder.resolve("job")));
    }

    private JobResults collect(Job job) throws IOException {
        return collect(job, List.of());
    }

    private JobResults collect(Job job, List<OutputFile> inputs) throws IOException {
        return stores.outputs().collect(new Leavings(job, inputs, LONG_AGO), workspace);
    }

    private Path staged(Job job, String path) {
        return stores.high()
                .resolve(".staging")
                .resolve(job.id().value())
                .resolve("copied")
                .resolve(path);
    }

    @Test
    void namedFilesAreCopiedHashedAndChecked() throws Exception {
        workspace.with("output/a.csv", "n\n1\n").with("output/sub/b.txt", "hello");
        Job job = Jobs.job("r1", "mo:output/*.csv", "hi:output/sub/b.txt");

        JobResults results = collect(job);

        assertThat(results.outputs())
                .extracting(OutputFile::path)
                .containsExactly("output/a.csv", "output/sub/b.txt");
        OutputFile table = results.outputs().getFirst();
        assertThat(table.level()).isEqualTo(PrivacyLevel.MODERATELY_SENSITIVE);
        assertThat(table.bytes()).isEqualTo(4);
        assertThat(table.rows()).isEqualTo(OptionalLong.of(1));
        assertThat(table.isReleased()).isTrue();
        assertThat(table.sha256())
                .isEqualTo(
                        HexFormat.of()
                                .formatHex(
                                        MessageDigest.getInstance("SHA-256")
                                                .digest("n\n1\n".getBytes(UTF_8))));
        assertThat(table.modifiedAt())
                .isEqualTo(Files.getLastModifiedTime(staged(job, "output/a.csv")).toInstant());
        assertThat(staged(job, "output/sub/b.txt")).hasContent("hello");
        assertThat(results.unmatchedPatterns()).isEmpty();
        assertThat(stores.high().resolve("workspaces")).doesNotExist();
    }

    @Test
    void matchesInMetadataAreNeverOutputsInAnyLetterCase() throws IOException {
        workspace
                .with("metadata/manifest.json", "{}")
                .with("METADATA/x.log", "x")
                .with("output/manifest.json", "{}");
        JobResults results = collect(Jobs.job("r1", "hi:*/manifest.json", "hi:MET*/x.log"));
        assertThat(results.outputs())
                .extracting(OutputFile::path)
                .containsExactly("output/manifest.json");
        assertThat(results.notCollected())
                .extracting(NotCollected::path)
                .containsExactly("METADATA/x.log", "metadata/manifest.json");
        assertThat(results.unmatchedPatterns()).containsExactly("MET*/x.log");
    }

    @Test
    void linksPipesAndHardLinksAreListedAndNeverOpened() throws Exception {
        Path secret = Files.writeString(folder.resolve("secret.csv"), "host secret");
        workspace.with("output/real.csv", "n\n1\n");
        Files.createSymbolicLink(workspace.file("output/link.csv"), secret);
        Files.createSymbolicLink(workspace.file("output/chain.csv"), Path.of("link.csv"));
        Files.createLink(workspace.file("output/hard.csv"), secret);
        Files.createDirectories(folder.resolve("elsewhere"));
        Files.writeString(folder.resolve("elsewhere/deep.csv"), "other workspace");
        Files.createSymbolicLink(workspace.file("linked"), folder.resolve("elsewhere"));
        new ProcessBuilder("mkfifo", workspace.file("output/pipe.csv").toString())
                .start()
                .waitFor();

        JobResults results = collect(Jobs.job("r1", "mo:output/*.csv", "mo:linked/*.csv"));

        assertThat(results.outputs())
                .extracting(OutputFile::path)
                .containsExactly("output/real.csv");
        assertThat(results.notCollected())
                .containsExactly(
                        new NotCollected("output/chain.csv", "a symbolic link"),
                        new NotCollected(
                                "output/hard.csv", "a file with several names (hard links)"),
                        new NotCollected("output/link.csv", "a symbolic link"),
                        new NotCollected("output/pipe.csv", "not a regular file"));
        assertThat(results.unmatchedPatterns()).containsExactly("linked/*.csv");
        assertThat(stores.tree().values()).noneMatch(text -> text.contains("secret"));
    }

    @Test
    void pathsThatWouldLeaveTheWorkspaceAreImpossible() throws IOException {
        for (String path : new String[] {"../a.csv", "output/../../a.csv", "/a.csv", "x//a.csv"}) {
            workspace.withMadeUp(path, "evil".getBytes(UTF_8));
        }
        JobResults results =
                collect(Jobs.job("r1", "hi:*/a.csv", "hi:*/*/*/a.csv", "hi:*/*/a.csv"));
        assertThat(results.outputs()).isEmpty();
        assertThat(results.notCollected()).hasSize(4);
        assertThat(folder.resolve("a.csv")).doesNotExist();
    }

    @Test
    void namesThatAWindowsShareCannotHoldAreRefused() throws IOException {
        workspace.with("output/con.csv", "x").with("output/a\nb.csv", "x").with("output/c. ", "x");
        JobResults results = collect(Jobs.job("r1", "hi:output/*"));
        assertThat(results.outputs()).isEmpty();
        assertThat(results.notCollected())
                .extracting(NotCollected::path)
                .containsExactly("output/a\\u000ab.csv", "output/c. ", "output/con.csv");
    }

    @Test
    void outputsThatDifferOnlyInLetterCaseAreAllRefused() throws IOException {
        workspace.with("output/A.csv", "1").with("output/a.csv", "2").with("output/b.csv", "3");
        Job job = Jobs.job("r1", "hi:output/A.csv", "hi:output/*.csv");
        JobResults results = collect(job);
        assertThat(results.outputs()).extracting(OutputFile::path).containsExactly("output/b.csv");
        assertThat(results.notCollected())
                .extracting(NotCollected::path)
                .containsExactly("output/A.csv", "output/a.csv");
        assertThat(results.unmatchedPatterns()).containsExactly("output/A.csv");
        assertThat(staged(job, "output/A.csv")).doesNotExist();
        assertThat(staged(job, "output/a.csv")).doesNotExist();
    }

    @Test
    void sparseFileOfATerabyteIsRefusedBeforeItIsCopied() throws IOException {
        var entry =
                new WorkspaceEntry(
                        "output/huge.csv",
                        WorkspaceEntry.Kind.REGULAR,
                        1L << 40,
                        4096,
                        1,
                        Instant.MAX);
        workspace.withMadeUp(
                entry,
                () -> {
                    throw new AssertionError("opened");
                });
        assertThat(collect(Jobs.job("r1", "hi:output/*")).notCollected())
                .containsExactly(
                        new NotCollected("output/huge.csv", "larger than 107374182400 bytes"));
    }

    @Test
    void holesStayHolesAndTheContentTheSame() throws IOException {
        byte[] content = new byte[1_000_000];
        content[700_000] = 1;
        var entry =
                new WorkspaceEntry(
                        "output/holes.bin",
                        WorkspaceEntry.Kind.REGULAR,
                        content.length,
                        4096,
                        1,
                        Instant.MAX);
        Path file = Files.write(folder.resolve("holes"), content);
        workspace.withMadeUp(entry, () -> java.nio.channels.FileChannel.open(file));
        Job job = Jobs.job("r1", "hi:output/*");
        assertThat(collect(job).outputs()).hasSize(1);
        assertThat(staged(job, "output/holes.bin")).hasBinaryContent(content);
    }

    @Test
    void fileThatGrowsOrShrinksWhileItIsCopiedIsNotCollected() throws IOException {
        workspace
                .withMadeUp("output/grows.csv", new byte[100_000], 10)
                .withMadeUp("output/shrinks.csv", new byte[10], 100_000);
        Job job = Jobs.job("r1", "hi:output/*");
        JobResults results = collect(job);
        assertThat(results.outputs()).isEmpty();
        assertThat(results.notCollected())
                .extracting(NotCollected::why)
                .containsOnly("it changed while it was collected");
        assertThat(staged(job, "output/grows.csv")).doesNotExist();
    }

    @Test
    void limitsOfCountAndTotalSizeHold() throws IOException {
        var limits = new CollectLimits(2, 100, 25, new OutputNames.Bounds(3, 100, 200), 3, 0);
        for (int i = 0; i < 10; i++) {
            workspace.withMadeUp("output/" + i, new byte[10]);
        }
        JobResults results =
                limitedBy(limits)
                        .collect(
                                new Leavings(Jobs.job("r1", "hi:output/*"), List.of(), LONG_AGO),
                                workspace);
        assertThat(results.outputs()).hasSize(2);
        assertThat(results.notCollected()).hasSize(3);
    }

    /** Named in the way of the operating system, so that it is waited for, not the job's end. */
    @Test
    void reservedSpaceThatIsUsedUpIsAFullDisk() throws IOException {
        var none =
                new CollectLimits(
                        9, 100, 100, new OutputNames.Bounds(3, 100, 200), 3, Long.MAX_VALUE);
        workspace.with("output/a.csv", "n");
        assertThatThrownBy(() ->
                        limitedBy(none)
                                .collect(
                                        new Leavings(
                                                Jobs.job("r1", "hi:output/*"), List.of(), LONG_AGO),
                                        workspace))
                .isInstanceOfSatisfying(
                        FileSystemException.class,
                        full -> assertThat(full.getReason()).contains("no space left"));
    }

    private FileOutputs limitedBy(CollectLimits limits) {
        OutputsSettings settings = stores.settings();
        return new FileOutputs(
                new OutputsSettings(
                        settings.high(),
                        settings.medium(),
                        settings.modes(),
                        limits,
                        settings.policy(),
                        settings.logs()),
                stores.records(),
                Stores.CLOCK);
    }

    @Test
    void fullStorageIsTheWorldsFaultNotTheJobs() {
        var entry =
                new WorkspaceEntry(
                        "output/x",
                        WorkspaceEntry.Kind.REGULAR,
                        1,
                        Long.MAX_VALUE / 2,
                        1,
                        LONG_AGO);
        workspace.withMadeUp(
                entry,
                () -> {
                    throw new AssertionError("opened");
                });
        assertThatThrownBy(() -> collect(Jobs.job("r1", "hi:output/*")))
                .isInstanceOf(FileSystemException.class)
                .hasMessageContaining("no space left");
    }

    @Test
    void newFilesWithoutPatternAreListedOldOnesNot() throws IOException {
        workspace.with("new.csv", "x").with("old.csv", "x").with("output/a.csv", "x");
        Files.setLastModifiedTime(
                workspace.file("old.csv"), FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
        JobResults results =
                stores.outputs()
                        .collect(
                                new Leavings(
                                        Jobs.job("r1", "hi:output/*.csv", "hi:output/*.txt"),
                                        List.of(),
                                        Instant.parse("2021-01-01T00:00:00Z")),
                                workspace);
        assertThat(results.unmatchedFiles()).containsExactly("new.csv");
        assertThat(results.unmatchedPatterns()).containsExactly("output/*.txt");
    }

    @Test
    void filesOfCodeThatMatchCountAsOutputs() throws IOException {
        workspace.with("output/input.csv", "x");
        Files.setLastModifiedTime(workspace.file("output/input.csv"), FileTime.from(Instant.EPOCH));
        assertThat(collect(Jobs.job("r1", "hi:output/*.csv")).outputs()).hasSize(1);
    }

    @Test
    void untouchedInputMatchesButStaysWhatItIs() throws IOException {
        workspace.with("output/rows.csv", "age\n42\n");
        List<OutputFile> inputs = collect(Jobs.job("r1", "hi:output/rows.csv")).outputs();

        Job later = Jobs.jobOf("pour", "r2", "mo:output/*.csv");
        JobResults results = collect(later, inputs);

        assertThat(results.outputs()).isEmpty();
        assertThat(results.unmatchedPatterns()).isEmpty();
        assertThat(results.notCollected()).isEmpty();
        assertThat(results.notes()).singleElement().asString().startsWith("1 files that match");
        assertThat(staged(later, "output/rows.csv")).doesNotExist();
    }

    @Test
    void inputThatTheJobWroteAnewIsItsOutput() throws IOException {
        workspace.with("output/rows.csv", "age\n42\n");
        List<OutputFile> inputs = collect(Jobs.job("r1", "hi:output/rows.csv")).outputs();

        workspace.with("output/rows.csv", "age\n43\n");
        JobResults results = collect(Jobs.jobOf("pour", "r2", "mo:output/*.csv"), inputs);

        assertThat(results.outputs())
                .extracting(OutputFile::path)
                .containsExactly("output/rows.csv");
        assertThat(results.notes()).isEmpty();
    }

    @Test
    void credentialInAFileKeepsItOutOfLevel4() throws IOException {
        workspace
                .with("output/trace.log", "cannot connect with " + Stores.SECRET + " today")
                .with("output/fine.log", "connected");
        assertThat(collect(Jobs.job("r1", "mo:output/*.log")).outputs())
                .extracting(OutputFile::path, OutputFile::isReleased)
                .containsExactly(tuple("output/fine.log", true), tuple("output/trace.log", false));
    }

    @Test
    void credentialInANameIsNeitherCollectedNorRepeated() throws IOException {
        String hex = HexFormat.of().formatHex(Stores.SECRET.getBytes(UTF_8));
        workspace.with("output/" + hex + ".csv", "n\n1\n").with("left-" + hex, "x");
        JobResults results = collect(Jobs.job("r1", "mo:output/*.csv"));
        assertThat(results.outputs()).isEmpty();
        assertThat(results.toString()).contains("REDACTED").doesNotContain(hex);
        assertThat(stores.tree().keySet()).noneMatch(path -> path.contains(hex));
    }

    @Test
    void manyFilesAreAllStoredAndAllWithdrawn() throws IOException {
        for (int i = 0; i < 300; i++) {
            workspace.with("output/" + i % 3 + "/" + i + ".csv", "n\n" + i + "\n");
        }
        Job job = Jobs.job("r1", "mo:output/*/*.csv");
        JobResults results = collect(job);
        stores.outputs().publish(new Publication(job, results, List.of()));
        for (int i = 0; i < 300; i++) {
            assertThat(stores.inMedium("output/" + i % 3 + "/" + i + ".csv"))
                    .hasContent("n\n" + i + "\n");
        }

        Job again = Jobs.job("r2", "hi:nothing");
        stores.outputs().publish(new Publication(again, collect(again), results.outputs()));
        assertThat(stores.inMedium("output")).doesNotExist();
        assertThat(stores.inHigh("output")).doesNotExist();
    }

    @Test
    void linkInThePlaceOfAnInputIsNotFollowed() throws IOException {
        workspace.with("output/rows.csv", "age\n42\n");
        List<OutputFile> inputs = collect(Jobs.job("r1", "hi:output/rows.csv")).outputs();
        Files.move(workspace.file("output/rows.csv"), workspace.file("elsewhere.csv"));
        Files.createSymbolicLink(workspace.file("output/rows.csv"), Path.of("../elsewhere.csv"));

        JobResults results = collect(Jobs.jobOf("pour", "r2", "mo:output/*.csv"), inputs);

        assertThat(results.outputs()).isEmpty();
        assertThat(results.unmatchedPatterns()).containsExactly("output/*.csv");
    }

    @Test
    void twoLevelsForOneFileAreNoted() throws IOException {
        workspace.with("output/a.csv", "n\n1\n");
        JobResults results =
                collect(Jobs.job("r1", "hi:output/*.csv", "mo:output/a*", "mi:output/*"));
        assertThat(results.outputs().getFirst().level()).isEqualTo(PrivacyLevel.HIGHLY_SENSITIVE);
        assertThat(results.unmatchedPatterns()).isEmpty();
        assertThat(results.notes())
                .containsExactly(
                        "output/a.csv matches patterns of several levels and counts as"
                                + " highly_sensitive");
    }

    @Test
    void collectingAgainStartsAnew() throws IOException {
        Job job = Jobs.job("r1", "hi:output/*.csv");
        workspace.with("output/a.csv", "1").with("output/b.csv", "2");
        collect(job);
        Files.delete(workspace.file("output/b.csv"));
        workspace.with("output/a.csv", "3");
        assertThat(collect(job).outputs()).hasSize(1);
        assertThat(staged(job, "output/b.csv")).doesNotExist();
        assertThat(staged(job, "output/a.csv")).hasContent("3");
    }

    @Test
    void oddModeBitsAreNotTakenOver() throws IOException {
        workspace.with("output/a.sh", "#!/bin/sh");
        new ProcessBuilder("chmod", "6777", workspace.file("output/a.sh").toString()).start();
        Job job = Jobs.job("r1", "hi:output/*");
        collect(job);
        assertThat(Files.getAttribute(staged(job, "output/a.sh"), "unix:mode")).isEqualTo(0100640);
        assertThat(Files.getPosixFilePermissions(staged(job, "output")))
                .isEqualTo(PosixFilePermissions.fromString("rwxr-x---"));
    }

    @Test
    void unreadableEntryIsNotCollected() throws IOException {
        var entry = new WorkspaceEntry("output/x", WorkspaceEntry.Kind.REGULAR, 1, 1, 1, LONG_AGO);
        workspace.withMadeUp(
                entry,
                () -> {
                    throw new IOException("no longer that regular file");
                });
        assertThat(collect(Jobs.job("r1", "hi:output/*")).notCollected())
                .containsExactly(new NotCollected("output/x", "it could not be opened"));
    }

    @Test
    void interruptEndsCollecting() throws IOException {
        workspace.with("output/a.csv", "1");
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> collect(Jobs.job("r1", "hi:output/*")))
                    .isInstanceOf(IOException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void missingWorkspaceIsSaid() {
        workspace = new FolderWorkspace(folder.resolve("absent"));
        assertThatThrownBy(() -> collect(Jobs.job("r1", "hi:output/*")))
                .isInstanceOf(FileNotFoundException.class);
    }

    @Test
    void linkPlantedInTheStagingFolderIsNotFollowed() throws IOException {
        Path outside = Files.createDirectories(folder.resolve("outside"));
        Files.createSymbolicLink(stores.high().resolve(".staging"), outside);
        workspace.with("output/a.csv", "1");
        assertThatThrownBy(() -> collect(Jobs.job("r1", "hi:output/*")))
                .isInstanceOf(IOException.class);
        try (var files = Files.walk(outside)) {
            assertThat(files.filter(Files::isRegularFile)).isEmpty();
        }
    }
}

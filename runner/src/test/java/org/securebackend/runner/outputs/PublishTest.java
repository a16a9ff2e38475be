package org.securebackend.runner.outputs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobResults;
import org.securebackend.runner.job.OutputFile;
import org.securebackend.runner.outputs.Outputs.Leavings;
import org.securebackend.runner.outputs.Outputs.Publication;
import org.securebackend.runner.outputs.storage.Steps;

class PublishTest {
    private static final String GOOD = "n\n1\n";
    private static final String BAD = "patient_id\n1\n";

    @TempDir(factory = MemoryFolder.class)
    Path folder;

    private Stores stores;
    private int runs;

    @BeforeEach
    void makeStores() throws IOException {
        stores = Stores.in(folder);
    }

    /** A run of an action: what it leaves, as path and content in turn. */
    private JobResults run(Job job, List<OutputFile> before, String... files) throws IOException {
        Publication publication = collected(job, before, files);
        stores.outputs().publish(publication);
        return publication.results();
    }

    private Publication collected(Job job, List<OutputFile> before, String... files)
            throws IOException {
        var workspace =
                new FolderWorkspace(Files.createDirectories(folder.resolve("job" + runs++)));
        for (int i = 0; i < files.length; i += 2) {
            workspace.with(files[i], files[i + 1]);
        }
        JobResults results =
                stores.outputs().collect(new Leavings(job, List.of(), Instant.EPOCH), workspace);
        return new Publication(job, results, before);
    }

    private String manifest() throws IOException {
        return Files.readString(stores.inMedium("metadata/manifest.json"));
    }

    @Test
    void eachFileGoesToTheStorageOfItsLevel() throws IOException {
        Job job = Jobs.job("r1", "hi:hi/*", "mo:mo/*", "mi:mi/*");
        run(job, List.of(), "hi/a.csv", BAD, "mo/b.csv", GOOD, "mi/c.csv", BAD);

        assertThat(stores.inHigh("hi/a.csv")).hasContent(BAD);
        assertThat(stores.inHigh("mo/b.csv")).hasContent(GOOD);
        assertThat(stores.inHigh("mi/c.csv")).hasContent(BAD);
        assertThat(stores.inMedium("mo/b.csv")).hasContent(GOOD);
        assertThat(stores.inMedium("hi/a.csv")).doesNotExist();
        assertThat(stores.inMedium("mi/c.csv")).doesNotExist();
        assertThat(stores.high().resolve(".staging").resolve(job.id().value())).doesNotExist();
        assertThat(Files.getAttribute(stores.inMedium("mo/b.csv"), "unix:mode")).isEqualTo(0100640);
        assertThat(Files.getAttribute(stores.inMedium("mo"), "unix:mode")).isEqualTo(0040750);
    }

    @Test
    void manifestHasEveryKeyOfEveryLevel() throws IOException {
        run(Jobs.job("r1", "hi:a.txt", "mo:b.csv"), List.of(), "a.txt", "x", "b.csv", BAD);
        assertThat(manifest())
                .startsWith("{\n  \"workspace\": \"tea\",\n  \"repo\": null,\n  \"outputs\": {\n")
                .contains("    \"b.csv\": {\n      \"level\": \"moderately_sensitive\",\n")
                .contains("\"job_id\": \"" + Jobs.job("r1").id() + "\"")
                .contains("\"job_request\": \"r1\"")
                .contains("\"action\": \"brew\"")
                .contains("\"repo\": \"https://github.com/opensafely/tea\"")
                .contains("\"commit\": \"0123456789abcdef0123456789abcdef01234567\"")
                .contains("\"size\": 13")
                .containsPattern("\"timestamp\": [0-9]{10}\\.[0-9]{6},")
                .containsPattern("\"content_hash\": \"[0-9a-f]{64}\"")
                .contains("\"excluded\": true")
                .contains("\"message\": \"File has a patient_id column\"")
                .contains("\"row_count\": 1")
                .contains("\"col_count\": 1")
                .containsPattern(
                        "\"checks\": \\{\\s+\"size\": \"passed\",\\s+\"file_type\": \"passed\",")
                .contains("\"identifier_column\": \"failed\"")
                .contains("\"credentials\": \"not_made\"")
                .contains("\"checks\": { }")
                .contains("\"message\": null")
                .contains("\"row_count\": null");
    }

    @Test
    void foreignManifestEntriesAreKept() throws IOException {
        Files.createDirectories(stores.inMedium("metadata"));
        Files.writeString(
                stores.inMedium("metadata/manifest.json"),
                "{\"workspace\":\"tea\",\"repo\":null,\"extra\":1,"
                        + "\"outputs\":{\"other.csv\":{\"level\":\"x\",\"odd\":[1.5]}}}");
        run(Jobs.job("r1", "hi:a.txt"), List.of(), "a.txt", "x");
        assertThat(manifest()).contains("\"other.csv\"", "\"odd\"", "1.5", "\"extra\": 1", "a.txt");
    }

    @Test
    void excludedFileGetsAMessageThatGoesWhenItPasses() throws IOException {
        JobResults first = run(Jobs.job("r1", "mo:a.csv"), List.of(), "a.csv", BAD);
        assertThat(stores.inMedium("a.csv")).doesNotExist();
        assertThat(Files.readString(stores.inMedium("a.csv.txt")))
                .startsWith(ExclusionMessage.FIRST_LINE)
                .contains("a.csv", "File has a patient_id column", "13 bytes");

        run(Jobs.job("r2", "mo:a.csv"), first.outputs(), "a.csv", GOOD);
        assertThat(stores.inMedium("a.csv")).hasContent(GOOD);
        assertThat(stores.inMedium("a.csv.txt")).doesNotExist();
    }

    @Test
    void copyOfAFileThatBecomesExcludedLeavesLevel4InTheSameStep() throws IOException {
        JobResults first = run(Jobs.job("r1", "mo:a.csv"), List.of(), "a.csv", GOOD);
        run(Jobs.job("r2", "mo:a.csv"), first.outputs(), "a.csv", BAD);
        assertThat(stores.inMedium("a.csv")).doesNotExist();
        assertThat(stores.inHigh("a.csv")).hasContent(BAD);
        assertThat(Files.readString(stores.inMedium("metadata/withdrawn.json")))
                .contains("\"path\": \"a.csv\"", "did not pass the checks");
    }

    @Test
    void fileThatMovesToAHigherLevelLeavesLevel4() throws IOException {
        JobResults first = run(Jobs.job("r1", "mo:a.csv"), List.of(), "a.csv", GOOD);
        run(Jobs.job("r2", "hi:a.csv"), first.outputs(), "a.csv", GOOD);
        assertThat(stores.inMedium("a.csv")).doesNotExist();
        assertThat(stores.inHigh("a.csv")).hasContent(GOOD);
        assertThat(manifest()).contains("highly_sensitive").doesNotContain("moderately_sensitive");
    }

    @Test
    void filesThatAreNotMadeAgainLeaveBothStoragesAndTheManifest() throws IOException {
        JobResults first =
                run(Jobs.job("r1", "mo:out/*"), List.of(), "out/a.csv", GOOD, "out/b.csv", BAD);
        run(Jobs.job("r2", "mo:new/*"), first.outputs(), "new/c.csv", GOOD);
        assertThat(stores.inHigh("out")).doesNotExist();
        assertThat(stores.inMedium("out")).doesNotExist();
        assertThat(stores.inMedium("new/c.csv")).exists();
        assertThat(manifest()).doesNotContain("out/");
        assertThat(Files.readString(stores.inMedium("metadata/withdrawn.json")))
                .contains("out/a.csv")
                .doesNotContain("out/b.csv");
    }

    @Test
    void foldersWithFilesOfOthersStay() throws IOException {
        run(Jobs.jobOf("pour", "r0", "mo:out/x.csv"), List.of(), "out/x.csv", GOOD);
        JobResults first = run(Jobs.job("r1", "mo:out/a.csv"), List.of(), "out/a.csv", GOOD);
        run(Jobs.job("r2", "mo:b.csv"), first.outputs(), "b.csv", GOOD);
        assertThat(stores.inMedium("out/x.csv")).hasContent(GOOD);
        assertThat(stores.inHigh("out/x.csv")).hasContent(GOOD);
        assertThat(stores.inMedium("out/a.csv")).doesNotExist();
    }

    @Test
    void messageNeverOverwritesOrDeletesARealOutputOfThatName() throws IOException {
        JobResults first =
                run(Jobs.job("r1", "mo:*"), List.of(), "a.csv", BAD, "a.csv.txt", "a real output");
        assertThat(stores.inMedium("a.csv.txt")).hasContent("a real output");
        run(Jobs.job("r2", "mo:*"), first.outputs(), "a.csv", GOOD, "a.csv.txt", "a real output");
        assertThat(stores.inMedium("a.csv.txt")).hasContent("a real output");
    }

    @Test
    void realOutputOfAnotherActionIsSafeFromMessagesEvenIfItLooksLikeOne() throws IOException {
        String look = ExclusionMessage.FIRST_LINE + "\nbut real";
        run(Jobs.jobOf("pour", "r0", "mo:a.csv.txt"), List.of(), "a.csv.txt", look);
        JobResults first = run(Jobs.job("r1", "mo:a.csv"), List.of(), "a.csv", BAD);
        assertThat(stores.inMedium("a.csv.txt")).hasContent(look);
        run(Jobs.job("r2", "mo:a.csv"), first.outputs(), "a.csv", GOOD);
        assertThat(stores.inMedium("a.csv.txt")).hasContent(look);
    }

    @Test
    void messageTakesThePlaceOfAnOutputThatIsNotMadeAgain() throws IOException {
        JobResults first =
                run(Jobs.job("r1", "mo:*"), List.of(), "a.csv", GOOD, "a.csv.txt", "real");
        run(Jobs.job("r2", "mo:*"), first.outputs(), "a.csv", BAD);
        assertThat(Files.readString(stores.inMedium("a.csv.txt")))
                .startsWith(ExclusionMessage.FIRST_LINE);
        assertThat(stores.inHigh("a.csv.txt")).doesNotExist();
    }

    @Test
    void messageOfAnEarlierRunnerGoesToo() throws IOException {
        Files.createDirectories(stores.inMedium("metadata"));
        Files.writeString(stores.inMedium("a.csv.txt"), "other words");
        Files.writeString(
                stores.inMedium("metadata/manifest.json"),
                "{\"outputs\":{\"a.csv\":{\"level\":\"moderately_sensitive\",\"excluded\":true}}}");
        run(Jobs.job("r1", "mo:a.csv"), List.of(), "a.csv", GOOD);
        assertThat(stores.inMedium("a.csv.txt")).doesNotExist();
    }

    @Test
    void failedJobReleasesNothing() throws IOException {
        Job job = Jobs.failing(Jobs.job("r1", "mo:a.csv"));
        Publication publication = collected(job, List.of(), "a.csv", GOOD);
        assertThatThrownBy(() -> stores.outputs().publish(publication))
                .isInstanceOf(IllegalArgumentException.class);
        stores.outputs().keepAside(job);
        stores.outputs().keepAside(job);
        assertThat(stores.high().resolve("failed").resolve(job.id().value()).resolve("a.csv"))
                .hasContent(GOOD);
        assertThat(stores.high().resolve("workspaces")).doesNotExist();
        assertThat(stores.medium().resolve("workspaces")).doesNotExist();
    }

    @Test
    void discardForgetsStagedFiles() throws IOException {
        Job job = Jobs.job("r1", "mo:a.csv");
        collected(job, List.of(), "a.csv", GOOD);
        stores.outputs().discard(job.id());
        stores.outputs().discard(job.id());
        assertThat(stores.high().resolve(".staging").resolve(job.id().value())).doesNotExist();
    }

    @Test
    void stagedFileThatWasExchangedIsNotReleased() throws IOException {
        Job job = Jobs.job("r1", "mo:a.csv");
        Publication publication = collected(job, List.of(), "a.csv", GOOD);
        Path staged =
                stores.high().resolve(".staging").resolve(job.id().value()).resolve("copied/a.csv");
        Files.writeString(staged, "x\n9\n");
        assertThatThrownBy(() -> stores.outputs().publish(publication))
                .hasMessageContaining("not the file that was checked");
        assertThat(stores.inMedium("a.csv")).doesNotExist();
    }

    @Test
    void publishingOfWhatWasNeverCollectedFails() throws IOException {
        Job job = Jobs.job("r1", "mo:a.csv");
        Publication publication = collected(job, List.of(), "a.csv", GOOD);
        stores.outputs().discard(job.id());
        assertThatThrownBy(() -> stores.outputs().publish(publication))
                .hasMessageContaining("neither the staged nor the published");
    }

    @Test
    void linksPlantedInStorageAreNeverFollowed() throws IOException {
        Path outside = Files.createDirectories(folder.resolve("outside"));
        Path target = Files.writeString(outside.resolve("a.csv"), "precious");
        Files.createDirectories(stores.inHigh(""));
        Files.createDirectories(stores.inMedium(""));
        Files.createSymbolicLink(stores.inHigh("out"), outside);
        Publication publication =
                collected(Jobs.job("r1", "mo:out/a.csv"), List.of(), "out/a.csv", GOOD);
        assertThatThrownBy(() -> stores.outputs().publish(publication))
                .isInstanceOf(IOException.class);

        Files.delete(stores.inHigh("out"));
        Files.createSymbolicLink(stores.inMedium("out"), outside);
        assertThatThrownBy(() -> stores.outputs().publish(publication))
                .isInstanceOf(IOException.class);

        Files.delete(stores.inMedium("out"));
        Files.createDirectory(stores.inMedium("out"));
        Files.createSymbolicLink(stores.inMedium("out/a.csv"), target);
        stores.outputs().publish(publication);
        assertThat(target).hasContent("precious");
        assertThat(stores.inMedium("out/a.csv")).hasContent(GOOD).isRegularFile();
        assertThat(Files.isSymbolicLink(stores.inMedium("out/a.csv"))).isFalse();
        assertThat(outside.toFile().list()).containsExactly("a.csv");
    }

    @Test
    void hardLinkPlantedInStorageIsReplacedNotWrittenThrough() throws IOException {
        Path precious = Files.writeString(folder.resolve("precious"), "precious");
        Files.createDirectories(stores.inMedium(""));
        Files.createLink(stores.inMedium("a.csv"), precious);
        run(Jobs.job("r1", "mo:a.csv"), List.of(), "a.csv", GOOD);
        assertThat(precious).hasContent("precious");
        assertThat(stores.inMedium("a.csv")).hasContent(GOOD);
    }

    @Test
    void inputIsTheRecordedFileOrNone() throws IOException {
        JobResults results = run(Jobs.job("r1", "hi:a.csv"), List.of(), "a.csv", GOOD);
        OutputFile file = results.outputs().getFirst();
        try (var input = stores.outputs().openInput(Jobs.WORKSPACE, file)) {
            ByteBuffer bytes = ByteBuffer.allocate(100);
            assertThat(input.read(bytes)).isEqualTo(GOOD.length());
        }
        Files.writeString(stores.inHigh("a.csv"), "longer than before");
        assertThatThrownBy(() -> stores.outputs().openInput(Jobs.WORKSPACE, file))
                .hasMessageContaining("by its size");
        Files.delete(stores.inHigh("a.csv"));
        assertThatThrownBy(() -> stores.outputs().openInput(Jobs.WORKSPACE, file))
                .isInstanceOf(FileNotFoundException.class);
        Path elsewhere = Files.writeString(folder.resolve("elsewhere"), GOOD);
        Files.createSymbolicLink(stores.inHigh("a.csv"), elsewhere);
        assertThatThrownBy(() -> stores.outputs().openInput(Jobs.WORKSPACE, file))
                .isInstanceOf(IOException.class);
    }

    @Test
    void pipePlantedInStorageIsNotOpened() throws Exception {
        JobResults results = run(Jobs.job("r1", "hi:a.csv"), List.of(), "a.csv", GOOD);
        Files.delete(stores.inHigh("a.csv"));
        new ProcessBuilder("mkfifo", stores.inHigh("a.csv").toString()).start().waitFor();
        assertThatThrownBy(() ->
                        stores.outputs().openInput(Jobs.WORKSPACE, results.outputs().getFirst()))
                .hasMessageContaining("not a regular file");
    }

    /** Kills at the n-th change of a storage, and lets nothing be changed after it. */
    private static final class Kill implements Steps {
        private final int at;
        private int steps;

        Kill(int at) {
            this.at = at;
        }

        @Override
        public void before(String step) throws IOException {
            if (steps++ >= at) {
                throw new IOException("killed before: " + step);
            }
        }
    }

    @Test
    void killedAnywhereWhilePublishingARepeatEndsTheSame() throws IOException {
        var ends = new ArrayList<SortedMap<String, String>>();
        boolean killed = true;
        for (int at = 0; killed; at++) {
            stores = Stores.in(folder.resolve("try" + at));
            run(Jobs.jobOf("pour", "r0", "mo:keep/*"), List.of(), "keep/k.csv", GOOD);
            JobResults first =
                    run(
                            Jobs.job("r1", "mo:*/*", "mo:*"),
                            List.of(),
                            "old/a.csv",
                            GOOD,
                            "old/bad.csv",
                            BAD,
                            "same/b.csv",
                            GOOD,
                            "turns.csv",
                            GOOD,
                            "turns.csv.txt",
                            "real",
                            "good.csv",
                            BAD);
            Publication next =
                    collected(
                            Jobs.job("r2", "mo:*", "hi:same/*", "mo:new/*/*"),
                            first.outputs(),
                            "same/b.csv",
                            GOOD,
                            "turns.csv",
                            BAD,
                            "good.csv",
                            GOOD,
                            "new/deep/c.csv",
                            GOOD);
            killed = isKilled(next, at);
            stores.outputs().publish(next);
            ends.add(stores.tree());
        }
        assertThat(ends.size()).isGreaterThan(20);
        for (int at = 0; at < ends.size(); at++) {
            assertThat(ends.get(at))
                    .as("killed before change %d", at)
                    .containsExactlyEntriesOf(ends.getLast());
        }
        assertThat(ends.getLast().keySet())
                .contains("medium/workspaces/tea/turns.csv.txt")
                .doesNotContain("medium/workspaces/tea/turns.csv")
                .noneMatch(path -> path.contains("old"));
    }

    private boolean isKilled(Publication publication, int at) {
        try {
            new FileOutputs(stores.settings(), stores.records(), Stores.CLOCK, new Kill(at))
                    .publish(publication);
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    @Test
    void killedAnywhereWhilePublishingNothingUncheckedIsEverAtLevel4() throws IOException {
        boolean killed = true;
        for (int at = 0; killed; at++) {
            stores = Stores.in(folder.resolve("try" + at));
            JobResults first = run(Jobs.job("r1", "mo:*"), List.of(), "a.csv", GOOD);
            Publication next = collected(Jobs.job("r2", "mo:*"), first.outputs(), "a.csv", BAD);
            killed = isKilled(next, at);
            assertThat(stores.tree().entrySet())
                    .filteredOn(file -> file.getKey().startsWith("medium"))
                    .noneMatch(file -> file.getValue().contains("patient_id\n1"));
        }
    }
}

package org.securebackend.runner.outputs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.OutputFile;
import org.securebackend.runner.outputs.ManifestRebuild.Rebuilt;
import org.securebackend.runner.outputs.Outputs.Leavings;
import org.securebackend.runner.outputs.Outputs.Publication;
import org.securebackend.runner.pipeline.PrivacyLevel;

class ManifestTest {
    private static final String V2_ENTRY =
            """
            "old.csv": {
              "level": "moderately_sensitive",
              "job_id": "twxr2tp7ffpd5lv3",
              "excluded": false,
              "odd": [1.50, {"deep": null}]
            }\
            """;

    @TempDir(factory = MemoryFolder.class)
    Path folder;

    private Stores stores;

    @BeforeEach
    void makeStores() throws IOException {
        stores = Stores.in(folder);
    }

    private List<OutputFile> run(Job job, String... files) throws IOException {
        var workspace =
                new FolderWorkspace(
                        Files.createDirectories(folder.resolve("job-" + job.id().value())));
        for (int i = 0; i < files.length; i += 2) {
            workspace.with(files[i], files[i + 1]);
        }
        List<OutputFile> before =
                stores.records().files(Jobs.WORKSPACE).stream()
                        .filter(made ->
                                made.job().definition().action().equals(job.definition().action()))
                        .map(WorkspaceRecords.Made::file)
                        .toList();
        var results =
                stores.outputs().collect(new Leavings(job, List.of(), Instant.EPOCH), workspace);
        stores.outputs().publish(new Publication(job, results, before));
        stores.records().succeeded(job, results.outputs());
        return results.outputs();
    }

    private Path file() {
        return stores.inMedium("metadata/manifest.json");
    }

    private String text() throws IOException {
        return Files.readString(file());
    }

    private void write(String text) throws IOException {
        Files.createDirectories(file().getParent());
        Files.writeString(file(), text);
    }

    private Rebuilt.Done rebuild() throws IOException {
        return (Rebuilt.Done) rebuilding().rebuild(Jobs.WORKSPACE);
    }

    private ManifestRebuild rebuilding() {
        return new ManifestRebuild(stores.settings(), stores.records(), Stores.CLOCK);
    }

    @Test
    void entryHasEveryKeyInTheOrderOfTheSpecification() throws IOException {
        OutputFile made = run(Jobs.job("r1", "mo:a.csv"), "a.csv", "n\n1\n").getFirst();
        assertThat(text().replaceAll("\"timestamp\": [0-9.]+", "\"timestamp\": 0"))
                .isEqualTo(
                        """
                        {
                          "workspace": "tea",
                          "repo": null,
                          "outputs": {
                            "a.csv": {
                              "level": "moderately_sensitive",
                              "job_id": "%s",
                              "job_request": "r1",
                              "action": "brew",
                              "repo": "https://github.com/opensafely/tea",
                              "commit": "0123456789abcdef0123456789abcdef01234567",
                              "image": "sha256:%s",
                              "size": 4,
                              "timestamp": 0,
                              "content_hash": "%s",
                              "excluded": false,
                              "message": null,
                              "row_count": 1,
                              "col_count": 1,
                              "checks": {
                                "size": "passed",
                                "file_type": "passed",
                                "content": "passed",
                                "identifier_column": "passed",
                                "rows": "passed",
                                "columns": "passed",
                                "lines": "passed",
                                "field_length": "passed",
                                "embedded_data": "not_made",
                                "credentials": "passed"
                              },
                              "runner_version": "development"
                            }
                          }
                        }
                        """
                                .formatted(Jobs.job("r1").id(), "ab".repeat(32), made.sha256()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{\"outputs\": [tru",
                "[]",
                "{\"outputs\": []}",
                "{\"outputs\": {\"a\": {\"level\": \"x\"}}",
                "{\"outputs\": {}} {}",
                "{\"outputs\": {}, \"outputs\": {}}",
                "nothing of the kind"
            })
    void damagedManifestIsSetAsideAndMadeAgainFromTheRecord(String damaged) throws IOException {
        run(Jobs.jobOf("pour", "r0", "mo:x.csv"), "x.csv", "patient_id\n1\n");
        run(Jobs.job("r1", "hi:a.txt"), "a.txt", "x");
        String before = text();
        Files.writeString(file(), damaged);

        run(Jobs.job("r2", "hi:a.txt", "hi:b.txt"), "a.txt", "x", "b.txt", "x");

        assertThat(text())
                .contains("\"x.csv\"", "\"a.txt\"", "\"b.txt\"", "File has a patient_id column");
        assertThat(stores.inMedium("metadata/manifest.damaged-1774999800.json"))
                .hasContent(damaged);
        assertThat(before).contains("\"x.csv\"");
    }

    @Test
    void manifestInAnotherEncodingCountsAsDamaged() throws IOException {
        run(Jobs.job("r1", "hi:a.txt"), "a.txt", "x");
        Files.write(file(), text().getBytes(java.nio.charset.StandardCharsets.UTF_16BE));
        run(Jobs.jobOf("pour", "r2", "hi:b.txt"), "b.txt", "x");
        assertThat(text()).contains("\"a.txt\"", "\"b.txt\"");
    }

    @Test
    void lostManifestIsMadeAgainFromTheRecord() throws IOException {
        run(Jobs.jobOf("pour", "r0", "mo:x.csv"), "x.csv", "n\n1\n");
        Files.delete(file());
        run(Jobs.job("r1", "hi:a.txt"), "a.txt", "x");
        assertThat(text()).contains("\"x.csv\"", "\"a.txt\"");
    }

    @Test
    void whatOthersWroteStaysByteForByte() throws IOException {
        write(
                """
                {
                  "repo": null,
                  "outputs": {
                %s,
                    "gone.csv": {"level": "moderately_sensitive"}
                ,"\u00e9t\u00e9 \\u0041\\".csv":{"excluded":true},"null":null, "list": [1]
                  },
                  "later": {"a": [1.0]}
                }
                """
                        .formatted(V2_ENTRY));
        run(Jobs.job("r1", "hi:gone.csv"), "gone.csv", "x");
        assertThat(text())
                .contains(V2_ENTRY)
                .contains("\"\u00e9t\u00e9 \\u0041\\\".csv\":{\"excluded\":true}")
                .contains("\"null\": null", "\"list\": [\n      1\n    ]", "\"later\": {")
                .contains("\"gone.csv\": {\n      \"level\": \"highly_sensitive\"")
                .doesNotContain("{\"level\": \"moderately_sensitive\"}");
        assertThat(ManifestReading.read(new ByteArrayInputStream(text().getBytes(UTF_8))))
                .hasValueSatisfying(manifest -> {
                    assertThat(manifest.releases("old.csv")).isTrue();
                    assertThat(manifest.excludes("\u00e9t\u00e9 A\".csv")).isTrue();
                    assertThat(manifest.entries()).hasSize(5);
                });
    }

    static IntStream seeds() {
        return IntStream.range(0, 200);
    }

    /** Puts and removals, written and read again and again, against a plain map. */
    @ParameterizedTest
    @MethodSource("seeds")
    void anyChangesInAnyOrderAreWhatIsReadBack(int seed) throws IOException {
        var random = new Random(seed);
        SequencedMap<String, String> expected = new TreeMap<>();
        Path path = folder.resolve("manifest");
        Manifest manifest = Manifest.empty(Jobs.WORKSPACE);
        Files.writeString(path, "");
        for (int round = 0; round < 5; round++) {
            for (int i = random.nextInt(8); i > 0; i--) {
                String name = "f\"\u00e9\ud83d\ude00" + random.nextInt(12);
                if (random.nextBoolean()) {
                    String request = "r" + random.nextInt(3);
                    manifest.put(Jobs.job(request), output(name));
                    expected.put(name, Jobs.job(request).id().value());
                } else {
                    manifest.remove(name);
                    expected.remove(name);
                }
            }
            Path next = folder.resolve("next");
            try (FileChannel old = FileChannel.open(path);
                    FileChannel file =
                            FileChannel.open(
                                    next, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                manifest.writeTo(file, old);
            }
            Files.move(next, path, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            var found = new TreeMap<String, String>();
            Json.objectIn(Files.readString(path))
                    .orElseThrow()
                    .path("outputs")
                    .properties()
                    .forEach(entry ->
                            found.put(entry.getKey(), entry.getValue().path("job_id").asText()));
            assertThat(found).isEqualTo(expected);
            try (var bytes = Files.newInputStream(path)) {
                manifest = ManifestReading.read(bytes).orElseThrow();
            }
        }
    }

    private static OutputFile output(String path) {
        return new OutputFile(
                path,
                PrivacyLevel.MODERATELY_SENSITIVE,
                7,
                "0123456789abcdef".repeat(4),
                Instant.EPOCH,
                Optional.empty(),
                OptionalLong.of(3),
                OptionalLong.empty());
    }

    // Rebuilding

    @Test
    void rebuildOfARightManifestChangesNothing() throws IOException {
        run(Jobs.job("r1", "mo:*"), "a.csv", "n\n1\n", "b.csv", "patient_id\n1\n");
        String before = text();
        assertThat(rebuild().isUnchanged()).isTrue();
        assertThat(text()).isEqualTo(before);
    }

    @Test
    void rebuildMendsWhatIsMissingWrongOrGoneAndKeepsWhatOthersMade() throws IOException {
        run(Jobs.job("r1", "mo:a.csv", "mo:b.csv"), "a.csv", "n\n1\n", "b.csv", "n\n2\n");
        run(Jobs.jobOf("pour", "r1", "mo:c.csv"), "c.csv", "n\n3\n");
        String right = text();
        // An entry of this runner's that is nobody's any more, an earlier runner's, and a lie.
        run(Jobs.jobOf("old", "r1", "mo:z.csv"), "z.csv", "n\n3\n");
        String zEntry = text().substring(text().indexOf("    \"z.csv\""), text().length() - 6);
        stores.records().succeeded(Jobs.jobOf("old", "r2", "mo:z.csv"), List.of());
        write(
                right.replaceFirst("\"row_count\": 1", "\"row_count\": 99")
                        .replaceFirst(
                                "(?s)    \"c.csv\": \\{.*?\n    \\}", V2_ENTRY + ",\n" + zEntry));

        Rebuilt.Done done = rebuild();

        assertThat(done)
                .isEqualTo(
                        new Rebuilt.Done(List.of("c.csv"), List.of("a.csv"), List.of("z.csv"), 1));
        assertThat(text()).contains(V2_ENTRY).contains("\"c.csv\"").doesNotContain("99", "z.csv");
        assertThat(rebuild().isUnchanged()).isTrue();
    }

    @Test
    void rebuildOfALostManifestLacksOnlyTheVersions() throws IOException {
        run(Jobs.job("r1", "mo:*", "hi:x"), "a.csv", "n\n1\n", "b.csv", "patient_id\n1\n", "x", "");
        String before = text();
        Files.delete(file());
        assertThat(rebuild().added()).containsExactly("a.csv", "b.csv", "x");
        assertThat(text())
                .isEqualTo(
                        before.replace(
                                "\"runner_version\": \"development\"", "\"runner_version\": null"));
    }

    @Test
    void manifestOfAWorkspaceThatIsBeingPublishedIsLeftAlone() throws IOException {
        run(Jobs.job("r1", "mo:*"), "a.csv", "n\n1\n");
        Files.writeString(file(), "damaged");
        stores.records().publishing(Jobs.job("r2").id());
        assertThat(rebuilding().rebuild(Jobs.WORKSPACE))
                .isEqualTo(new Rebuilt.Busy(Jobs.job("r2").id()));
        assertThat(file()).hasContent("damaged");
    }

    @Test
    void workspacesAreThoseWithAFolder() throws IOException {
        run(Jobs.job("r1", "mo:*"), "a.csv", "n\n1\n");
        Files.createDirectories(stores.medium().resolve("workspaces/not a workspace"));
        assertThat(rebuilding().workspaces()).containsExactly(Jobs.WORKSPACE);
    }
}

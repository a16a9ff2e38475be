package org.securebackend.runner.outputs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.securebackend.runner.executor.EntryContent;
import org.securebackend.runner.executor.WorkspaceEntry;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobResults;
import org.securebackend.runner.job.JobResults.NotCollected;
import org.securebackend.runner.job.OutputFile;
import org.securebackend.runner.outputs.Outputs.Leavings;
import org.securebackend.runner.outputs.Outputs.Publication;
import org.securebackend.runner.outputs.storage.Attributes;

/** Large files are not copied where they need not be. */
class MoveTest {
    private static final String LARGE = "output/large.feather";

    @TempDir(factory = MemoryFolder.class)
    Path folder;

    private Stores stores;
    private FolderWorkspace workspace;

    @BeforeEach
    void makeStores() throws IOException {
        stores = Stores.in(folder);
        workspace = new FolderWorkspace(Files.createDirectories(folder.resolve("job")));
    }

    private JobResults collect(Job job) throws IOException {
        return stores.outputs().collect(leavings(job), workspace);
    }

    private static Leavings leavings(Job job) {
        return new Leavings(job, List.of(), Instant.EPOCH);
    }

    private Path staged(Job job, String path) {
        return stores.high().resolve(".staging").resolve(job.id().value()).resolve(path);
    }

    private static Object inode(Path file) throws IOException {
        return Files.getAttribute(file, "unix:ino");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hi:output/*", "mi:output/*"})
    void largeFileThatIsNeverReleasedIsTheSameFileInStorage(String pattern) throws Exception {
        workspace.withLarge(LARGE, 7);
        Object inode = inode(workspace.file(LARGE));
        String sha256 = sha256(workspace.file(LARGE));
        Job job = Jobs.job("r1", pattern);

        JobResults results = collect(job);
        assertThat(workspace.file(LARGE)).doesNotExist();
        stores.outputs().publish(new Publication(job, results, List.of()));

        assertThat(inode(stores.inHigh(LARGE))).isEqualTo(inode);
        OutputFile file = results.outputs().getFirst();
        assertThat(file.bytes()).isEqualTo(FolderWorkspace.LARGE_BYTES);
        assertThat(file.sha256()).isEqualTo(sha256);
        assertThat(file.modifiedAt())
                .isEqualTo(Files.getLastModifiedTime(stores.inHigh(LARGE)).toInstant());
        assertThat(stores.medium().resolve("workspaces/tea/output")).doesNotExist();
        assertThat(staged(job, "")).doesNotExist();
    }

    private static String sha256(Path file) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }

    @Test
    void whatMayBeReleasedIsACopyThatNobodyElseCanHaveOpen() throws IOException {
        workspace.withLarge("output/large.txt", 'x');
        Job job = Jobs.job("r1", "mo:output/*");

        assertThat(collect(job).outputs()).hasSize(1);

        assertThat(workspace.file("output/large.txt")).exists();
        assertThat(inode(staged(job, "copied/output/large.txt")))
                .isNotEqualTo(inode(workspace.file("output/large.txt")));
    }

    @Test
    void movedFileLooksLikeOneOfOurs() throws Exception {
        workspace.withLarge(LARGE, 7);
        Path file = workspace.file(LARGE);
        new ProcessBuilder("chmod", "7777", file.toString()).start().waitFor();
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("1901-01-01T00:00:00Z")));
        Object ours = Files.getAttribute(stores.high(), "unix:uid");
        if (ours.equals(0)) {
            Files.setAttribute(file, "unix:uid", 12_345);
            Files.setAttribute(file, "unix:gid", 12_345);
        }
        Job job = Jobs.job("r1", "hi:output/*");

        stores.outputs().publish(new Publication(job, collect(job), List.of()));

        Path published = stores.inHigh(LARGE);
        assertThat(Files.getAttribute(published, "unix:mode")).isEqualTo(0100640);
        assertThat(Files.getAttribute(published, "unix:uid")).isEqualTo(ours);
        assertThat(Files.getAttribute(published, "unix:gid"))
                .isEqualTo(Files.getAttribute(stores.high(), "unix:gid"));
        assertThat(Files.getLastModifiedTime(published).toInstant())
                .isAfter(Instant.parse("2001-01-01T00:00:00Z"));
    }

    @Test
    void accessListsAndOtherAttributesDoNotComeAlong() throws IOException {
        workspace.withLarge(LARGE, 7);
        Path file = workspace.file(LARGE);
        boolean listed = Attributes.letRead(file, 12_345);
        boolean hidden = Attributes.set(file, "user.hidden", new byte[] {1, 2});
        assumeTrue(listed || hidden);
        Job job = Jobs.job("r1", "hi:output/*");

        collect(job);

        Path moved = staged(job, "moved/" + LARGE);
        assertThat(Attributes.has(moved, "system.posix_acl_access")).isFalse();
        assertThat(Attributes.has(moved, "user.hidden")).isFalse();
        assertThat(Files.getPosixFilePermissions(moved))
                .isEqualTo(PosixFilePermissions.fromString("rw-r-----"));
    }

    @Test
    void fileOfAnotherFileSystemIsCopied() throws IOException {
        workspace.withLarge(LARGE, 7);
        var entry = entry(FolderWorkspace.LARGE_BYTES);
        Path file = workspace.file(LARGE);
        var elsewhere = new FolderWorkspace(Files.createDirectories(folder.resolve("empty")));
        elsewhere.withMadeUp(entry, () -> FileChannel.open(file));
        Job job = Jobs.job("r1", "hi:output/*");

        JobResults results = stores.outputs().collect(leavings(job), elsewhere);

        assertThat(results.outputs()).hasSize(1);
        assertThat(staged(job, "copied/" + LARGE)).hasSameBinaryContentAs(file);
    }

    private static WorkspaceEntry entry(long bytes) {
        return new WorkspaceEntry(
                LARGE, WorkspaceEntry.Kind.REGULAR, bytes, bytes, 1, Instant.EPOCH);
    }

    /** Shows one file, and gives another. */
    private record Exchanging(Path given) implements EntryContent {
        @Override
        public FileChannel open() throws IOException {
            throw new IOException("exchanged");
        }

        @SuppressWarnings("StreamResourceLeak") // closed as what it is cast to
        @Override
        public boolean moveTo(SecureDirectoryStream<Path> folder, Path name) throws IOException {
            try (var parent =
                    (SecureDirectoryStream<Path>) Files.newDirectoryStream(given.getParent())) {
                parent.move(given.getFileName(), folder, name);
                return true;
            }
        }
    }

    @Test
    void whatIsPutInTheWayWhileItIsMovedIsNotKept() throws IOException {
        Path outside = Files.createDirectories(folder.resolve("outside"));
        Path secret = Files.writeString(outside.resolve("secret"), "secret");
        Path link = Files.createSymbolicLink(folder.resolve("link"), secret);
        Path tree = Files.createDirectories(folder.resolve("tree"));
        Files.createDirectories(tree.resolve("below"));
        Files.createSymbolicLink(tree.resolve("below/out"), outside);
        Path hard = Files.createLink(folder.resolve("hard"), secret);
        Path small = Files.writeString(folder.resolve("small"), "shrunk");
        for (Path given : List.of(link, tree, hard, small)) {
            workspace = new FolderWorkspace(Files.createDirectories(folder.resolve("empty")));
            workspace.withMadeUp(entry(FolderWorkspace.LARGE_BYTES), new Exchanging(given));
            Job job = Jobs.job("r-" + given.getFileName(), "hi:output/*");

            JobResults results = collect(job);

            assertThat(results.outputs()).isEmpty();
            assertThat(results.notCollected())
                    .containsExactly(new NotCollected(LARGE, "it changed while it was collected"));
            assertThat(staged(job, "moved/" + LARGE)).doesNotExist();
        }
        assertThat(secret).hasContent("secret");
        assertThat(stores.tree().values()).noneMatch(text -> text.contains("secret"));
    }

    @Test
    void collectingAgainFindsWhatWasMovedBefore() throws IOException {
        workspace.withLarge(LARGE, 7).withLarge("output/b.bin", 8).with("output/small.txt", "s");
        Job job = Jobs.job("r1", "hi:output/*", "hi:none/*");

        JobResults first = collect(job);
        JobResults second = collect(job);
        JobResults third = collect(job);

        assertThat(paths(first)).containsExactly("output/b.bin", LARGE, "output/small.txt");
        for (JobResults again : List.of(second, third)) {
            assertThat(again.outputs())
                    .extracting(OutputFile::path, OutputFile::sha256, OutputFile::bytes)
                    .containsExactlyElementsOf(
                            first.outputs().stream()
                                    .map(file ->
                                            org.assertj.core.api.Assertions.tuple(
                                                    file.path(), file.sha256(), file.bytes()))
                                    .toList());
            assertThat(again.unmatchedPatterns()).containsExactly("none/*");
            assertThat(again.notCollected()).isEmpty();
        }
        stores.outputs().publish(new Publication(job, third, List.of()));
        assertThat(stores.inHigh(LARGE)).hasSize(FolderWorkspace.LARGE_BYTES);
    }

    private static List<String> paths(JobResults results) {
        return results.outputs().stream().map(OutputFile::path).toList();
    }

    @Test
    void movedTwinsAreRefusedHoweverOftenTheyAreCollected() throws IOException {
        workspace.withLarge("output/A.bin", 1).withLarge("output/a.bin", 2);
        Job job = Jobs.job("r1", "hi:output/*");
        for (int time = 0; time < 3; time++) {
            JobResults results = collect(job);
            assertThat(results.outputs()).isEmpty();
            assertThat(results.notCollected())
                    .extracting(NotCollected::path)
                    .containsExactly("output/A.bin", "output/a.bin");
        }
        stores.outputs().publish(new Publication(job, collect(job), List.of()));
        assertThat(staged(job, "")).doesNotExist();
        assertThat(stores.inHigh("output")).doesNotExist();
    }

    @Test
    void untouchedInputIsNeitherMovedNorTaken() throws IOException {
        workspace.withLarge(LARGE, 7);
        Path copy = Files.copy(workspace.file(LARGE), folder.resolve("copy"));
        List<OutputFile> inputs = collect(Jobs.job("r1", "hi:output/*")).outputs();
        Files.move(copy, workspace.file(LARGE));
        Job later = Jobs.jobOf("pour", "r2", "hi:output/*");

        JobResults results =
                stores.outputs().collect(new Leavings(later, inputs, Instant.EPOCH), workspace);

        assertThat(results.outputs()).isEmpty();
        assertThat(workspace.file(LARGE)).exists();
    }

    @Test
    void discardForgetsMovedFilesToo() throws IOException {
        workspace.withLarge(LARGE, 7);
        Job job = Jobs.job("r1", "hi:output/*");
        collect(job);
        stores.outputs().discard(job.id());
        assertThat(staged(job, "")).doesNotExist();
        assertThat(collect(job).outputs()).isEmpty();
    }

    @Test
    void movedFilesOfAFailedJobAreKeptAsideWithTheOthers() throws IOException {
        workspace.withLarge(LARGE, 7).with("output/small.txt", "s");
        Job job = Jobs.failing(Jobs.job("r1", "hi:output/*"));
        collect(job);
        stores.outputs().keepAside(job);
        stores.outputs().keepAside(job);
        Path kept = stores.high().resolve("failed").resolve(job.id().value());
        assertThat(kept.resolve(LARGE)).hasSize(FolderWorkspace.LARGE_BYTES);
        assertThat(kept.resolve("output/small.txt")).hasContent("s");
        assertThat(staged(job, "")).doesNotExist();
        assertThat(stores.high().resolve("workspaces")).doesNotExist();
    }

    @Test
    void movedTwinsOfAFailedJobAreNotKept() throws IOException {
        workspace.withLarge("output/A.bin", 1).withLarge("output/a.bin", 2).with("output/b", "b");
        Job job = Jobs.failing(Jobs.job("r1", "hi:output/*"));
        collect(job);
        stores.outputs().keepAside(job);
        assertThat(stores.high().resolve("failed").resolve(job.id().value()).resolve("output"))
                .isDirectoryContaining("glob:**/b")
                .isDirectoryNotContaining("glob:**/*.bin");
    }

    @Test
    void holesOfAMovedFileStayHoles() throws IOException {
        Path file = workspace.with(LARGE, "").file(LARGE);
        try (FileChannel sparse = FileChannel.open(file, java.nio.file.StandardOpenOption.WRITE)) {
            sparse.write(java.nio.ByteBuffer.wrap(new byte[] {1}), 50L << 20);
        }
        Job job = Jobs.job("r1", "hi:output/*");
        assertThat(collect(job).outputs()).hasSize(1);
        Process du =
                new ProcessBuilder("du", "-k", staged(job, "moved/" + LARGE).toString()).start();
        String said =
                new String(
                        du.getInputStream().readAllBytes(),
                        java.nio.charset.StandardCharsets.UTF_8);
        assertThat(Long.parseLong(said.replaceFirst("(?s)\\s.*", ""))).isLessThan(1024);
    }

    @Test
    void aFileInTwoPlacesAtOnceIsNoOutput() throws IOException {
        workspace.withLarge(LARGE, 7);
        Job job = Jobs.job("r1", "hi:output/*");
        collect(job);
        workspace.withLarge(LARGE, 8);
        assertThat(collect(job).outputs()).isEmpty();
        assertThatThrownBy(() ->
                        stores.outputs()
                                .publish(
                                        new Publication(
                                                Jobs.failing(job), collect(job), List.of())))
                .isInstanceOf(IllegalArgumentException.class);
    }
}

package org.securebackend.runner.docker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.securebackend.runner.executor.WorkspaceEntry;
import org.securebackend.runner.executor.WorkspaceEntry.Kind;
import org.securebackend.runner.executor.WorkspaceWriter.FileKind;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.RequestId;

@Timeout(60)
class BindWorkspaceTest {
    private static final JobId JOB = JobId.of(new RequestId("bind"), "action");

    @TempDir private Path folder;
    private Path directory = Path.of("/nowhere");
    private BindWorkspace workspace =
            new BindWorkspace(WorkspacePlace.at(directory), ContainerUser.FALLBACK, JOB);

    @BeforeEach
    void make() throws IOException {
        Path volumes = folder.resolve("volumes");
        directory = volumes.resolve(JOB.value());
        workspace =
                new BindWorkspace(WorkspacePlace.at(volumes), ContainerUser.ofThisProcess(), JOB);
        workspace.rewrite().close();
    }

    private NavigableMap<String, WorkspaceEntry> shown() throws IOException {
        var entries = new TreeMap<String, WorkspaceEntry>();
        workspace.visit((entry, _) -> entries.put(entry.path(), entry));
        return entries;
    }

    /** Makes a chain of directories that is too long for any path, by moving it down repeatedly. */
    private void makeDeep(int depth, String name) throws IOException {
        Path chain = Files.createDirectory(folder.resolve("chain"));
        for (int i = 1; i < depth; i++) {
            Path above = Files.createDirectory(folder.resolve("above"));
            Files.move(chain, above.resolve(name));
            Files.move(above, chain);
        }
        Files.move(chain, directory.resolve(name));
    }

    @Test
    void treeDeeperThanAnyPathIsShownInPartAndRemoved() throws IOException {
        makeDeep(TreeVisit.DEEPEST + 20, "d".repeat(200));

        assertThat(shown().lastEntry().getValue().kind()).isEqualTo(Kind.OTHER);
        assertThat(shown()).hasSizeBetween(10, 21);

        workspace.remove();
        assertThat(directory.getParent()).isEmptyDirectory();
    }

    @Test
    void treeWithMoreLevelsThanOneCanKeepOpenIsShownInPartAndRemoved() throws IOException {
        makeDeep(TreeVisit.DEEPEST + 20, "d");

        assertThat(shown()).hasSize(TreeVisit.DEEPEST);
        assertThat(shown().lastEntry().getValue().kind()).isEqualTo(Kind.OTHER);

        workspace.remove();
        assertThat(directory.getParent()).isEmptyDirectory();
    }

    @Test
    void linksOutOfTheWorkspaceAreNotFollowedWhenRemoving() throws IOException {
        Path outside = Files.createDirectory(folder.resolve("outside"));
        Files.writeString(outside.resolve("precious"), "kept");
        Files.createSymbolicLink(directory.resolve("link"), outside);
        Files.createDirectory(directory.resolve("below"));
        Files.createSymbolicLink(directory.resolve("below/link"), outside);
        Files.createLink(directory.resolve("hard"), outside.resolve("precious"));

        workspace.remove();

        assertThat(outside.resolve("precious")).hasContent("kept");
        assertThat(directory).doesNotExist();
    }

    @Test
    void directoriesWithoutRightsAreRemoved() throws IOException {
        Path locked = Files.createDirectories(directory.resolve("a/locked/below"));
        Files.writeString(locked.resolve("file"), "x");
        for (Path path : List.of(locked, directory.resolve("a/locked"), directory.resolve("a"))) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("---------"));
        }

        workspace.remove();

        assertThat(directory).doesNotExist();
    }

    @Test
    void namesThatTheRemovalUsesItselfAreRemovedToo() throws IOException {
        for (int i = 0; i < 5; i++) {
            Files.createDirectories(directory.resolve(".up-" + i + "/.up-0/.up-1"));
        }

        workspace.remove();

        assertThat(directory).doesNotExist();
    }

    @Test
    void removalThatWasCutOffIsFinishedByTheNext() throws IOException {
        Files.createDirectories(
                directory.resolveSibling(JOB.value() + ".removing").resolve("left/over"));

        workspace.remove();

        assertThat(directory.getParent()).isEmptyDirectory();
    }

    @Test
    void exchangedFileIsNotOpened() throws IOException {
        Files.writeString(directory.resolve("data.csv"), "mine");
        Files.writeString(folder.resolve("secret"), "secret");

        var refused = new ArrayList<String>();
        workspace.visit((entry, content) -> {
            Files.delete(directory.resolve("data.csv"));
            Files.createSymbolicLink(directory.resolve("data.csv"), folder.resolve("secret"));
            assertThatThrownBy(content::open).isInstanceOf(IOException.class);
            refused.add(entry.path());
        });
        assertThat(refused).containsExactly("data.csv");
    }

    @Test
    void pipeInPlaceOfFileDoesNotBlock() throws Exception {
        Files.writeString(directory.resolve("data.csv"), "mine");

        workspace.visit((_, content) -> {
            Files.delete(directory.resolve("data.csv"));
            makePipe(directory.resolve("data.csv"));
            assertThatThrownBy(content::open).isInstanceOf(IOException.class);
        });
        assertThat(shown().firstEntry().getValue().kind()).isEqualTo(Kind.OTHER);
    }

    private static void makePipe(Path path) throws IOException {
        try {
            assertThat(new ProcessBuilder("mkfifo", path.toString()).start().waitFor()).isZero();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Test
    void hardLinkIsCounted() throws IOException {
        Files.writeString(folder.resolve("secret"), "secret");
        Files.createLink(directory.resolve("data.csv"), folder.resolve("secret"));

        assertThat(shown().firstEntry().getValue().links()).isEqualTo(2);
    }

    @Test
    void filesBelongToTheContainersUser() throws IOException {
        Path source = Files.writeString(folder.resolve("source"), "content");
        try (var writer = workspace.rewrite();
                FileChannel content = FileChannel.open(source)) {
            writer.file("a/program", content, FileKind.EXECUTABLE);
            writer.file(
                    "a/data", Channels.newChannel(Files.newInputStream(source)), FileKind.PLAIN);
            writer.link("link", "a/data");
        }

        int uid = ContainerUser.ofThisProcess().uid();
        for (String path : List.of("", "a", "a/program", "a/data", "link")) {
            assertThat(
                            Files.getAttribute(
                                    directory.resolve(path), "unix:uid", LinkOption.NOFOLLOW_LINKS))
                    .as(path)
                    .isEqualTo(uid);
        }
        assertThat(directory.resolve("a/program")).isExecutable().hasContent("content");
        assertThat(Files.getPosixFilePermissions(directory.resolve("a/data")))
                .isEqualTo(PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(Files.getPosixFilePermissions(directory))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void partlyReadSourceIsCopiedFromWhereItStands() throws IOException {
        Path source = Files.writeString(folder.resolve("source"), "skipped-content");
        try (var writer = workspace.rewrite();
                FileChannel content = FileChannel.open(source)) {
            content.position("skipped-".getBytes(UTF_8).length);
            writer.file("data", content, FileKind.PLAIN);
        }
        assertThat(directory.resolve("data")).hasContent("content");
    }

    @Test
    void interruptedRemovalStops() throws IOException {
        Files.writeString(directory.resolve("file"), "x");
        Thread.currentThread().interrupt();
        assertThatThrownBy(workspace::remove).isInstanceOf(IOException.class);
        assertThat(Thread.interrupted()).isTrue();
        workspace.remove();
        assertThat(directory).doesNotExist();
    }
}

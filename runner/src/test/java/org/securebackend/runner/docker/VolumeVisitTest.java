package org.securebackend.runner.docker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.securebackend.runner.docker.TarOutput.Header;
import org.securebackend.runner.executor.WorkspaceUnfitException;

/** Archives that no engine should give, and limits. */
class VolumeVisitTest {
    private static final long MOST_BYTES = 1000;

    /** Gives these archives one after another. */
    private static final class Archives implements VolumeVisit.Source {
        private final Deque<byte[]> archives = new ArrayDeque<>();

        Archives(byte[]... archives) {
            this.archives.addAll(List.of(archives));
        }

        @Override
        public InputStream everything() {
            return new ByteArrayInputStream(archives.remove());
        }

        @Override
        public InputStream file(String path) {
            return everything();
        }
    }

    private static byte[] archive(Header... entries) throws IOException {
        var bytes = new ByteArrayOutputStream();
        var archive = new TarOutput(bytes, ContainerUser.FALLBACK, Instant.EPOCH);
        for (Header entry : entries) {
            archive.begin(entry);
            bytes.writeBytes("x".repeat((int) entry.bytes()).getBytes(UTF_8));
            archive.pad(entry.bytes());
        }
        archive.end();
        return bytes.toByteArray();
    }

    private static Header top() {
        return new Header(TarEntry.DIRECTORY, "./", "", 0, 0755);
    }

    private static Header file(String name, long bytes) {
        return new Header(TarEntry.FILE, name, "", bytes, 0644);
    }

    private static Header hardLink(String name, String target) {
        return new Header(TarEntry.HARD_LINK, name, target, 0, 0644);
    }

    private static List<String> shown(byte[]... archives) throws IOException {
        var shown = new ArrayList<String>();
        new VolumeVisit(new Archives(archives), MOST_BYTES)
                .show((entry, _) -> shown.add(entry.path() + " " + entry.links()));
        return shown;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../secret",
                "./../secret",
                "/etc/passwd",
                "./a/../../b",
                "./a//b",
                "./.",
                "secret",
                ".",
                "./",
                "..",
                "other/a",
                "./a/./b"
            })
    void nameOutsideTheWorkspaceIsRefused(String name) throws IOException {
        byte[] archive = archive(top(), file(name, 1));
        assertThatThrownBy(() -> shown(archive, archive))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("outside");
    }

    @Test
    void hardLinkToSomethingOutsideIsRefused() throws IOException {
        byte[] archive = archive(top(), hardLink("./a", "/etc/passwd"));
        assertThatThrownBy(() -> shown(archive, archive)).isInstanceOf(IOException.class);
    }

    @Test
    void bothNamesOfAFileHaveSeveral() throws IOException {
        byte[] archive =
                archive(
                        top(),
                        file("./a", 1),
                        file("./b", 1),
                        hardLink("./c", "./a"),
                        file("./d", 1));
        assertThat(shown(archive, archive)).containsExactly("a 2", "b 1", "c 2", "d 1");
    }

    @Test
    void linkThatAppearsBetweenTheLooksIsNoticed() throws IOException {
        byte[] before = archive(top(), file("./a", 1));
        byte[] after = archive(top(), file("./a", 1), hardLink("./c", "./a"));
        assertThatThrownBy(() -> shown(before, after))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("changed");
    }

    @Test
    void archiveWithoutATopIsRefused() throws IOException {
        byte[] none = archive();
        byte[] other = archive(file("./a", 1));
        assertThatThrownBy(() -> shown(none, none)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> shown(other, other)).isInstanceOf(IOException.class);
    }

    @Test
    void manyLargeFilesTogetherAreTooMuch() throws IOException {
        byte[] fits = archive(top(), file("./a", 500), file("./b", 500));
        byte[] exceeds = archive(top(), file("./a", 500), file("./b", 501));

        assertThat(shown(fits, fits)).hasSize(2);
        assertThatThrownBy(() -> shown(exceeds, exceeds))
                .isInstanceOf(WorkspaceUnfitException.class)
                .hasMessageContaining("larger than 1000 bytes");
    }

    @Test
    void sizesCannotOverflow() {
        byte[] header = new byte[0];
        assertThatThrownBy(
                        () -> {
                            var bytes = new ByteArrayOutputStream();
                            var archive =
                                    new TarOutput(bytes, ContainerUser.FALLBACK, Instant.EPOCH);
                            archive.begin(top());
                            archive.begin(file("./a", 999_999_999_999_999_999L));
                            shown(bytes.toByteArray(), header);
                        })
                .isInstanceOf(WorkspaceUnfitException.class);
    }

    @Test
    void ofMoreLinksThanFitIntoMemoryNoFileHasOnlyOneName() {
        var names = new LinkedNames();
        assertThat(names.mayHold("innocent")).isFalse();
        for (int i = 0; i < 5000; i++) {
            names.add("n".repeat(4000) + i);
        }
        assertThat(names.mayHold("innocent")).isTrue();
    }
}

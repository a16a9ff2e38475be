package org.securebackend.runner.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.jgit.storage.file.WindowCacheConfig;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.securebackend.runner.job.CodeLocation;
import org.securebackend.runner.job.CommitId;

/** The cache after crashes, damage and deletion. */
class CacheRecoveryTest {
    private static final String STUDY = TestSettings.STUDIES + "/study";

    @TempDir private Path folder;
    private TestRepository study;
    private SourceSettings settings;
    private List<String> ids;

    @BeforeEach
    void makeStudy() {
        study = TestRepository.create(folder, "study");
        ids = study.write("b.txt", "b").commits(3);
        study.push("main");
        settings = TestSettings.at(folder.resolve("cache"), "file://" + folder);
    }

    private CodeLocation check(int index) {
        return new GitStudySource(settings).checkStudy(STUDY, "main", ids.get(index));
    }

    private Path repository(String name) throws IOException {
        try (Stream<Path> folders = Files.list(settings.cacheDirectory())) {
            return folders.findFirst().orElseThrow().resolve(name);
        }
    }

    private static List<Path> files(Path below, String ending) throws IOException {
        try (Stream<Path> all = Files.walk(below)) {
            return all.filter(path -> path.toString().endsWith(ending)).toList();
        }
    }

    @Test
    void locksOfAKilledProcessAreInNobodysWay() throws IOException {
        check(2);
        for (String name : List.of("commits.git", "history.git")) {
            Path repository = repository(name);
            Files.createFile(repository.resolve("shallow.lock"));
            Files.createFile(repository.resolve("FETCH_HEAD.lock"));
            Files.createFile(repository.resolve("packed-refs.lock"));
            Path refs = Files.createDirectories(repository.resolve("refs/tags/fetched"));
            Files.createFile(refs.resolve(ids.getFirst() + ".lock"));
            Path known = Files.createDirectories(repository.resolve("refs/known/refs/heads"));
            Files.createFile(known.resolve("main.lock"));
            Files.write(repository.resolve("objects/pack/incoming_1.pack"), new byte[] {1});
        }

        assertThat(check(0)).isEqualTo(new CodeLocation(STUDY, new CommitId(ids.getFirst())));
        assertThat(files(settings.cacheDirectory(), ".lock")).isEmpty();
        assertThat(files(settings.cacheDirectory(), "incoming_1.pack")).isEmpty();
    }

    @Test
    void halfMadeRepositoryIsMadeAnew() throws IOException {
        check(2);
        for (String name : List.of("commits.git", "history.git")) {
            Files.delete(repository(name).resolve("HEAD"));
        }

        assertThat(new GitStudySource(settings).file(check(0), "b.txt")).isPresent();
    }

    @Test
    void unreadableConfigurationIsMadeAnew() throws IOException {
        check(2);
        for (String name : List.of("commits.git", "history.git")) {
            Files.writeString(repository(name).resolve("config"), "[core\nnonsense");
        }

        assertThat(new GitStudySource(settings).file(check(0), "b.txt")).isPresent();
    }

    @Test
    void damagedPackIsFetchedAgain() throws IOException {
        CodeLocation code = check(2);
        damage(".pack");

        assertThat(new GitStudySource(settings).file(code, "b.txt")).isPresent();
        new GitStudySource(settings).export(code, new RecordingSink());
    }

    @Test
    void damagedIndexIsFetchedAgain() throws IOException {
        CodeLocation code = check(2);
        damage(".idx");

        assertThat(new GitStudySource(settings).file(code, "b.txt")).isPresent();
    }

    @Test
    void lostPackIsFetchedAgain() throws IOException {
        CodeLocation code = check(2);
        for (Path pack : files(repository("commits.git"), ".pack")) {
            Files.delete(pack);
        }

        assertThat(new GitStudySource(settings).file(code, "b.txt")).isPresent();
    }

    private void damage(String ending) throws IOException {
        new WindowCacheConfig().install(); // forget what JGit holds in memory, as after a restart
        for (Path file : files(repository("commits.git"), ending)) {
            assertThat(file.toFile().setWritable(true)).isTrue();
            byte[] bytes = Files.readAllBytes(file);
            for (int i = 12; i < bytes.length - 20; i++) {
                bytes[i] ^= 0x55;
            }
            Files.write(file, bytes);
        }
    }

    @Test
    void exportFromADamagedPackCanBeRepeated() throws IOException {
        CodeLocation code = check(2);
        damage(".pack");
        var source = new GitStudySource(settings);

        assertThatThrownBy(() -> source.export(code, new RecordingSink()))
                .isInstanceOf(SourceUnavailableException.class);
        var sink = new RecordingSink();
        source.export(code, sink);

        assertThat(sink.shown).containsExactly("b.txt = b", "counter.txt = 2 of 3");
    }

    @Test
    void cacheMayBeDeletedAtAnyTime() throws IOException {
        CodeLocation code = check(1);
        var source = new GitStudySource(settings);
        BareRepository.delete(settings.cacheDirectory());

        assertThat(source.file(code, "b.txt")).isPresent();
    }

    @Test
    void commitWithoutItsMarkIsNotTakenForWhole() throws IOException {
        CodeLocation code = check(2);
        Files.delete(repository("commits.git").resolve("refs/tags/fetched/" + ids.get(2)));

        assertThat(new GitStudySource(settings).file(code, "b.txt")).isPresent();
        assertThat(repository("commits.git").resolve("refs/tags/fetched/" + ids.get(2))).exists();
    }

    @Test
    void folderInUseByAnotherProcessIsTroubleThatPasses() throws IOException {
        check(2);
        try (var channel = FileChannel.open(repository("writer"), StandardOpenOption.WRITE);
                var lock = channel.lock()) {
            assertThat(lock.isValid()).isTrue();
            assertThatThrownBy(() -> check(0)).isInstanceOf(SourceUnavailableException.class);
        }
        check(0);
    }

    @Test
    void troubleOfTheSinkIsItsOwn() {
        CodeLocation code = check(2);
        var source = new GitStudySource(settings);

        assertThatThrownBy(() -> source.export(code, new FullDisk()))
                .isInstanceOf(IOException.class)
                .hasMessage("no space left");
    }

    @Test
    void nothingOfTheUsersGitIsReadOrWritten() throws IOException {
        Path home = Path.of(System.getProperty("user.home"));
        Set<Path> before = gitFiles(home);

        check(0);

        assertThat(gitFiles(home)).isEqualTo(before);
        assertThat(org.eclipse.jgit.util.SystemReader.getInstance().getenv("HOME")).isNull();
    }

    private static Set<Path> gitFiles(Path home) {
        return Stream.of(".gitconfig", ".config/jgit/config", ".config/git/config", ".jgitconfig")
                .map(home::resolve)
                .filter(Files::exists)
                .collect(Collectors.toSet());
    }

    private static final class FullDisk implements TreeSink {
        @Override
        public void directory(String path) {}

        @Override
        public void file(String path, ReadableByteChannel content, boolean executable)
                throws IOException {
            throw new IOException("no space left");
        }

        @Override
        public void link(String path, String target) {}
    }
}

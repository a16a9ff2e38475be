package org.securebackend.runner.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.TreeFormatter;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.securebackend.runner.source.SourceSettings.Limits;

/** Commits that git itself would not have made. */
class HostileTreeTest {
    private static final String STUDY = TestSettings.STUDIES + "/study";

    @TempDir private Path folder;
    private TestRepository study;
    private SourceSettings settings;

    @BeforeEach
    void makeStudy() {
        IsolatedGit.install();
        study = TestRepository.create(folder, "study");
        settings = TestSettings.at(folder.resolve("cache"), "file://" + folder);
    }

    /** Name and content hold one byte a character. */
    private record Node(String name, FileMode mode, String content) {
        static Node file(String name) {
            byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
            return new Node(
                    new String(bytes, StandardCharsets.ISO_8859_1), FileMode.REGULAR_FILE, "x");
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** A commit of exactly these entries, in this order, on main. */
    private String commit(List<Node> nodes) throws IOException {
        return onMain(inserter -> {
            var tree = new TreeFormatter();
            for (Node node : nodes) {
                ObjectId id =
                        node.mode().equals(FileMode.TREE)
                                ? inserter.insert(new TreeFormatter())
                                : inserter.insert(Constants.OBJ_BLOB, bytes(node.content()));
                byte[] name = bytes(node.name());
                tree.append(name, 0, name.length, node.mode(), id, true);
            }
            return inserter.insert(tree);
        });
    }

    private interface TreeMaker {
        ObjectId make(ObjectInserter inserter) throws IOException;
    }

    private String onMain(TreeMaker maker) throws IOException {
        try (Repository repository =
                        new FileRepositoryBuilder().setGitDir(study.bare().toFile()).build();
                ObjectInserter inserter = repository.newObjectInserter()) {
            var commit = new CommitBuilder();
            commit.setTreeId(maker.make(inserter));
            commit.setAuthor(new PersonIdent("A", "a@example.org"));
            commit.setCommitter(commit.getAuthor());
            ObjectId id = inserter.insert(commit);
            inserter.flush();
            RefUpdate update = repository.updateRef("refs/heads/main");
            update.setNewObjectId(id);
            update.forceUpdate();
            return id.name();
        }
    }

    private RecordingSink export(String commit) throws IOException {
        return export(new GitStudySource(settings), commit);
    }

    private static RecordingSink export(GitStudySource source, String commit) throws IOException {
        var sink = new RecordingSink();
        try {
            source.export(source.checkStudy(STUDY, "main", commit), sink);
        } catch (SourceRefusedException e) {
            assertThat(sink.shown).isEmpty();
            throw e;
        }
        return sink;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ".git",
                ".GIT",
                ".Git",
                ".g\u200cit",
                "..",
                ".",
                "a\nb",
                "a\tb",
                "a\u007fb",
                "a\u0085b"
            })
    void forbiddenNamesAreRefusedBeforeAnythingIsShown(String name) throws IOException {
        String commit = commit(List.of(Node.file("Afine.txt"), Node.file(name)));

        assertThatThrownBy(() -> export(commit)).isInstanceOf(SourceRefusedException.class);
    }

    @Test
    void nameThatIsTooLongIsRefused() throws IOException {
        String commit = commit(List.of(Node.file("x".repeat(256))));

        assertThatThrownBy(() -> export(commit)).isInstanceOf(SourceRefusedException.class);
    }

    @Test
    void nameThatIsNotTextIsRefused() throws IOException {
        String commit = commit(List.of(new Node("a\u00ffb", FileMode.REGULAR_FILE, "")));

        assertThatThrownBy(() -> export(commit)).isInstanceOf(SourceRefusedException.class);
    }

    @Test
    void linkAndFolderOfOneNameAreRefused() throws IOException {
        String commit =
                commit(
                        List.of(
                                new Node("a", FileMode.SYMLINK, "/etc"),
                                new Node("a", FileMode.TREE, "")));

        assertThatThrownBy(() -> export(commit))
                .isInstanceOf(SourceRefusedException.class)
                .hasMessageContaining("same name twice");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\u0000b", "a\nb"})
    void linkWithoutAProperTargetIsRefused(String target) throws IOException {
        String commit = commit(List.of(new Node("a", FileMode.SYMLINK, target)));

        assertThatThrownBy(() -> export(commit)).isInstanceOf(SourceRefusedException.class);
    }

    @Test
    void fewBytesThatUnfoldIntoManyFilesAreRefused() throws IOException {
        String commit =
                onMain(inserter -> {
                    ObjectId id = inserter.insert(Constants.OBJ_BLOB, new byte[] {'x'});
                    FileMode mode = FileMode.REGULAR_FILE;
                    for (int level = 0; level < 12; level++) {
                        var tree = new TreeFormatter();
                        for (char name = 'a'; name < 'k'; name++) {
                            tree.append(String.valueOf(name), mode, id);
                        }
                        id = inserter.insert(tree);
                        mode = FileMode.TREE;
                    }
                    return id;
                });

        assertThatThrownBy(() -> export(commit))
                .isInstanceOf(SourceRefusedException.class)
                .hasMessageContaining("more than 100000 files");
    }

    @Test
    void sameLargeFileManyTimesIsRefused() throws IOException {
        String content = "x".repeat(1 << 20);
        var nodes = new ArrayList<Node>();
        for (int i = 0; i < 5; i++) {
            nodes.add(new Node("f" + i, FileMode.REGULAR_FILE, content));
        }
        String commit = commit(nodes);
        var small = TestSettings.with(settings, new Limits(1_000, 4 << 20, 100, 1 << 20));

        assertThatThrownBy(() -> export(new GitStudySource(small), commit))
                .isInstanceOf(SourceRefusedException.class)
                .hasMessageContaining("4194304 bytes");
        assertThat(export(commit).shown).hasSize(5);
    }
}

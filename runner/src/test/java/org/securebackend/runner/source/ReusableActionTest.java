package org.securebackend.runner.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.securebackend.runner.source.GitStudySourceTest.assertRefused;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.securebackend.runner.job.CodeLocation;
import org.securebackend.runner.job.CommitId;

/** Which commit a version of an action is (project-yaml.md section 8). */
class ReusableActionTest {
    @TempDir private Path folder;
    private TestRepository action;
    private GitStudySource source;

    @BeforeEach
    void makeAction() {
        action = TestRepository.create(folder, "joiner");
        source = new GitStudySource(TestSettings.at(folder.resolve("cache"), "file://" + folder));
    }

    private static CodeLocation at(String commit) {
        return new CodeLocation(TestSettings.ACTIONS + "/joiner", new CommitId(commit));
    }

    @Test
    void lightweightAndAnnotatedTagsAreResolved() {
        List<String> ids = action.commits(15);
        action.git("tag", "v1", ids.get(0));
        action.git("tag", "-a", "-m", "two", "v2", ids.get(1));
        action.push("main", "v1", "v2");

        assertThat(source.checkAction("joiner", "v1")).isEqualTo(at(ids.get(0)));
        assertThat(source.checkAction("joiner", "v2")).isEqualTo(at(ids.get(1)));
    }

    @Test
    void branchBeatsTag() {
        List<String> ids = action.commits(3);
        action.git("tag", "v1", ids.get(0));
        action.git("branch", "v1", ids.get(1));
        action.push("main", "refs/tags/v1", "refs/heads/v1");

        assertThat(source.checkAction("joiner", "v1")).isEqualTo(at(ids.get(1)));
    }

    @Test
    void exactRefBeatsAll() {
        List<String> ids = action.commits(3);
        action.push("main");

        assertThat(source.checkAction("joiner", "refs/heads/main")).isEqualTo(at(ids.get(2)));
    }

    @Test
    void tagThatIsNotMergedIsNotApproved() {
        action.commits(3);
        action.push("main");
        action.git("checkout", "-q", "-b", "side");
        action.write("a.txt", "a").commit();
        action.git("tag", "v9");
        action.push("v9");

        assertThatThrownBy(() -> source.checkAction("joiner", "v9"))
                .isInstanceOf(SourceRefusedException.class)
                .hasMessageContaining("not approved");
    }

    @Test
    void actionWithoutApprovedBranchIsNotApproved() {
        action.commits(1);
        action.git("tag", "v1");
        action.push("v1", "HEAD:refs/heads/other");

        assertRefused("ReusableActionError", () -> source.checkAction("joiner", "v1"));
    }

    @Test
    void unknownVersionNameAndRepositoryAreToldApart() {
        action.commits(1);
        action.push("main");

        assertThatThrownBy(() -> source.checkAction("joiner", "v7"))
                .hasMessage("Version v7 is not among the action's tags");
        assertThatThrownBy(() -> source.checkAction("joiner", "v 7:x"))
                .hasMessageContaining("is not among the action's tags");
        assertThatThrownBy(() -> source.checkAction("absent", "v1"))
                .hasMessageContaining("https://actions.opensafely.org");
        assertThatThrownBy(() -> source.checkAction("../x", "v1"))
                .hasMessageContaining("invalid characters");
        for (String name : List.of("absent", "../x")) {
            assertRefused("ReusableActionError", () -> source.checkAction(name, "v1"));
        }
    }

    @Test
    void tagOfAFileIsNotApproved() {
        action.write("a.txt", "a").commit();
        action.git("tag", "blob", action.git("rev-parse", "HEAD:a.txt"));
        action.push("main", "refs/tags/blob");

        assertRefused("ReusableActionError", () -> source.checkAction("joiner", "blob"));
    }
}

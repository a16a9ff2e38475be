package org.securebackend.runner.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.securebackend.runner.job.CodeLocation;
import org.securebackend.runner.job.CommitId;

/** Over {@code file://}: what may run, and what is found in it. */
class GitStudySourceTest {
    private static final String STUDY = TestSettings.STUDIES + "/study";

    @TempDir private Path folder;
    private TestRepository study;
    private SourceSettings settings;
    private GitStudySource source;

    @BeforeEach
    void makeStudy() {
        study = TestRepository.create(folder, "study");
        settings = TestSettings.at(folder.resolve("cache"), "file://" + folder);
        source = new GitStudySource(settings);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static CodeLocation at(String commit) {
        return new CodeLocation(STUDY, new CommitId(commit));
    }

    @Test
    void newestCommitOfTheBranchIsAccepted() {
        String head = study.write("project.yaml", "version: '4'\n").commit();
        study.push("main");

        CodeLocation code = source.checkStudy(STUDY + "/", "main", head.toUpperCase(Locale.ROOT));

        assertThat(code).isEqualTo(at(head));
        assertThat(source.file(code, "project.yaml").map(GitStudySourceTest::text))
                .contains("version: '4'\n");
        assertThat(source.head(STUDY, "main")).isEqualTo(new CommitId(head));
    }

    @Test
    void ancestorsNearAndFarAreAccepted() {
        List<String> ids = study.commits(40);
        study.push("main");

        assertThat(source.checkStudy(STUDY, "main", ids.get(38))).isEqualTo(at(ids.get(38)));
        assertThat(source.checkStudy(STUDY, "main", ids.getFirst())).isEqualTo(at(ids.getFirst()));
        assertThat(source.file(at(ids.getFirst()), "counter.txt").map(GitStudySourceTest::text))
                .contains("0 of 40");
    }

    @Test
    void historyGrowsWithTheBranch() {
        List<String> ids = study.commits(30);
        study.push("main");
        source.checkStudy(STUDY, "main", ids.getFirst());
        List<String> more = study.commits(30);
        study.push("main");

        assertThat(source.checkStudy(STUDY, "main", more.get(3))).isEqualTo(at(more.get(3)));
        assertThat(source.checkStudy(STUDY, "main", ids.get(1))).isEqualTo(at(ids.get(1)));
    }

    @Test
    void commitOfAnotherBranchIsRefused() {
        study.commits(3);
        study.push("main");
        study.git("checkout", "-q", "-b", "other");
        String elsewhere = study.write("a.txt", "a").commit();
        study.push("other");

        assertRefused("GithubValidationError", () -> source.checkStudy(STUDY, "main", elsewhere));
        assertThat(source.checkStudy(STUDY, "other", elsewhere)).isEqualTo(at(elsewhere));
        assertRefused("GithubValidationError", () -> source.checkStudy(STUDY, "main", elsewhere));
    }

    @Test
    void commitThatIsOnlyInAPullRequestIsRefused() {
        study.commits(3);
        study.push("main");
        String request = study.write("a.txt", "a").commit();
        study.push("HEAD:refs/pull/1/head");

        assertRefused("GithubValidationError", () -> source.checkStudy(STUDY, "main", request));
        for (String branch :
                List.of("pull/1/head", "refs/pull/1/head", "", " ", "-x", "a..b", "ma*n", "a b")) {
            assertRefused("GithubValidationError", () -> source.checkStudy(STUDY, branch, request));
        }
    }

    @Test
    void commitIsRefusedAfterItsBranchWasRewritten() {
        List<String> ids = study.commits(3);
        study.push("main");
        source.checkStudy(STUDY, "main", ids.get(1));
        study.git("checkout", "-q", "--orphan", "fresh");
        study.write("b.txt", "b").commit();
        study.push("HEAD:main");

        assertRefused("GithubValidationError", () -> source.checkStudy(STUDY, "main", ids.get(1)));
    }

    @Test
    void whatIsNotAWholeCommitIdIsRefused() {
        study.commits(2);
        study.push("main");

        for (String commit :
                List.of("", "main", "HEAD", "abc1234", "g".repeat(40), "--upload-pack")) {
            assertRefused("GithubValidationError", () -> source.checkStudy(STUDY, "main", commit));
        }
        assertRefused(
                "GithubValidationError", () -> source.checkStudy(STUDY, "main", "1".repeat(40)));
        assertRefused(
                "GithubValidationError",
                () -> source.checkStudy(STUDY, "absent", study.git("rev-parse", "HEAD")));
    }

    @Test
    void repositoryThatIsNotThereIsRefused() {
        assertRefused(
                "GitRepoNotReachableError",
                () -> source.checkStudy(TestSettings.STUDIES + "/absent", "main", "1".repeat(40)));
    }

    @Test
    void folderThatGivesOnlyItsBranchesWillDo() {
        study.run(study.bare(), "config", "--unset", "uploadpack.allowAnySHA1InWant");
        study.run(study.bare(), "config", "--unset", "uploadpack.allowFilter");
        List<String> ids = study.commits(20);
        study.push("main");

        assertThat(source.checkStudy(STUDY, "main", ids.get(2))).isEqualTo(at(ids.get(2)));
        assertThat(source.checkStudy(STUDY, "main", ids.get(19))).isEqualTo(at(ids.get(19)));
        assertThat(source.file(at(ids.get(2)), "counter.txt")).isPresent();
    }

    @Test
    void filesThatAreNotRegularOrNotThereAreAbsent() throws IOException {
        study.write("folder/a.txt", "a");
        Files.createSymbolicLink(study.work().resolve("link.yaml"), Path.of("folder/a.txt"));
        String head = study.commit();
        study.push("main");
        CodeLocation code = source.checkStudy(STUDY, "main", head);

        assertThat(source.file(code, "folder")).isEmpty();
        assertThat(source.file(code, "link.yaml")).isEmpty();
        assertThat(source.file(code, "absent.yaml")).isEmpty();
        assertThat(source.file(code, "folder/a.txt")).isPresent();
    }

    @Test
    void fileOverTheLimitIsRefused() {
        String head = study.write("project.yaml", "x".repeat(1_001)).commit();
        study.push("main");
        var small =
                TestSettings.with(
                        settings, new SourceSettings.Limits(1_000, 1 << 20, 100, 1 << 20));

        assertRefused("GitError", () -> new GitStudySource(small).file(at(head), "project.yaml"));
    }

    @Test
    void exportShowsParentsFirstAndLinksLast() throws IOException {
        study.write("z/deep/b.txt", "b").write("run.sh", "echo").write("é '$.txt", "e");
        assertThat(study.work().resolve("run.sh").toFile().setExecutable(true)).isTrue();
        Files.createSymbolicLink(study.work().resolve("a-link"), Path.of("../../etc/passwd"));
        String head = study.commit();
        study.push("main");

        var sink = new RecordingSink();
        source.export(source.checkStudy(STUDY, "main", head), sink);

        assertThat(sink.shown)
                .containsExactly(
                        "run.sh* = echo",
                        "z/",
                        "z/deep/",
                        "z/deep/b.txt = b",
                        "é '$.txt = e",
                        "a-link -> ../../etc/passwd");
    }

    @Test
    void submodulesAreLeftOut() throws IOException {
        study.write("a.txt", "a").commit();
        study.git("update-index", "--add", "--cacheinfo", "160000," + "1".repeat(40) + ",module");
        study.git("commit", "-q", "-m", "module");
        String head = study.git("rev-parse", "HEAD");
        study.push("main");

        var sink = new RecordingSink();
        source.export(source.checkStudy(STUDY, "main", head), sink);

        assertThat(sink.shown).containsExactly("a.txt = a");
    }

    @Test
    void filtersAndAttributesOfTheStudyDoNothing() throws IOException {
        study.write("crlf.txt", "a\n")
                .write(".gitattributes", "* text eol=crlf filter=lfs ident\n");
        String head = study.commit();
        study.push("main");

        var sink = new RecordingSink();
        source.export(source.checkStudy(STUDY, "main", head), sink);

        assertThat(sink.shown).contains("crlf.txt = a\n");
    }

    @Test
    void largeFilesAreStreamed() throws IOException {
        byte[] large = new byte[24 << 20];
        new java.util.Random(1).nextBytes(large);
        Files.write(study.work().resolve("large.bin"), large);
        String head = study.commit();
        study.push("main");

        var sink = new RecordingSink();
        source.export(source.checkStudy(STUDY, "main", head), sink);

        assertThat(sink.shown).containsExactly("large.bin = " + large.length + " bytes");
    }

    @Test
    void localPathIsForDevelopmentOnly() {
        String head = study.write("a.txt", "a").commit();
        study.push("main");
        var local = new GitStudySource(TestSettings.withLocal(settings));
        String path = study.bare().toString();

        assertRefused("GithubValidationError", () -> source.checkStudy(path, "main", head));
        assertThat(local.checkStudy(path, "HEAD", head).repositoryUrl()).isEqualTo(path);
        assertThat(local.checkStudy("file://" + path, "main", head).commit().value())
                .isEqualTo(head);
        assertThat(local.head(study.work().toString(), "HEAD").value()).isEqualTo(head);
    }

    static void assertRefused(
            String errorClass, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        SourceRefusedException.class,
                        e -> assertThat(e.errorClass()).isEqualTo(errorClass));
    }
}

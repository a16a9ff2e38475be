package org.securebackend.runner.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.securebackend.runner.source.GitStudySourceTest.assertRefused;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Table of what passes for a repository. */
class UrlPolicyTest {
    private final SourceSettings settings = TestSettings.at(Path.of("/nowhere"), "/nowhere");
    private final UrlPolicy policy = new UrlPolicy(settings);

    @ParameterizedTest
    @CsvSource({
        "https://github.com/opensafely/FLUCATS, https://github.com/opensafely/FLUCATS",
        "https://github.com/opensafely/FLUCATS/, https://github.com/opensafely/FLUCATS",
        "https://github.com/opensafely/a.b_c-1, https://github.com/opensafely/a.b_c-1",
        "https://github.com/opensafely/.github, https://github.com/opensafely/.github",
    })
    void repositoryOfAnAllowedOrganisationPasses(String url, String canonical) {
        assertThat(policy.study(url).text()).isEqualTo(canonical);
        assertThat(policy.known(canonical).text()).isEqualTo(canonical);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "http://github.com/opensafely/study",
                "HTTPS://github.com/opensafely/study",
                "git://github.com/opensafely/study",
                "ssh://git@github.com/opensafely/study",
                "git@github.com:opensafely/study",
                "ext::sh -c id",
                "file:///srv/study",
                "/srv/study",
                "../study",
                "github.com/opensafely/study",
                "https://github.com:443/opensafely/study",
                "https://github.com:8443/opensafely/study",
                "https://user@github.com/opensafely/study",
                "https://user:secret@github.com/opensafely/study",
                "https://github.com@evil.example/opensafely/study",
                "https://github.com.evil.example/opensafely/study",
                "https://github.com\\@evil.example/opensafely/study",
                "https://githubXcom/opensafely/study",
                "https://GitHub.com/opensafely/study",
                "https://www.github.com/opensafely/study",
                "https://github.com/OpenSAFELY/study",
                "https://github.com/opensafely-actions/study",
                "https://github.com/opensafely-evil/study",
                "https://github.com/other/study",
                "https://github.com/opensafely",
                "https://github.com/opensafely/",
                "https://github.com/opensafely//study",
                "https://github.com//opensafely/study",
                "https://github.com/opensafely/study//",
                "https://github.com/opensafely/study/tree/main",
                "https://github.com/opensafely/.",
                "https://github.com/opensafely/..",
                "https://github.com/opensafely/../",
                "https://github.com/opensafely/../other/study",
                "https://github.com/other/../opensafely/study",
                "https://github.com/opensafely/%2e%2e",
                "https://github.com/opensafely/stu%64y",
                "https://github.com/opensafely/study?x=1",
                "https://github.com/opensafely/study#x",
                "https://github.com/opensafely/study;x",
                "https://github.com/opensafely/-study",
                "https://github.com/opensafely/--upload-pack=id",
                "--upload-pack=id",
                "-u",
                "https://github.com/opensafely/study ",
                " https://github.com/opensafely/study",
                "https://github.com/opensafely/study\n",
                "https://github.com/opensafely/st\u0000udy",
                "https://github.com/opensafely/st\u00fcdy",
                "https://github.com/opens\u0430fely/study",
                "https://github\uff0ecom/opensafely/study",
                "https://github.com/opensafely/study\u200b",
                "https://github.com/opensafely/study\u2028",
            })
    void everythingElseIsRefused(String url) {
        assertRefused("GithubValidationError", () -> policy.study(url));
    }

    @Test
    void refusalRepeatsNothingOfTheUrl() {
        try {
            policy.study("https://user:hunter2@github.com/opensafely/study");
        } catch (SourceRefusedException e) {
            assertThat(e).hasMessageNotContainingAny("hunter2", "user:");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cohort-joiner", "a", "a.b", "A_1"})
    void nameOfAnActionBecomesItsUrl(String name) {
        assertThat(policy.action(name).orElseThrow().text())
                .isEqualTo("https://github.com/opensafely-actions/" + name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", ".", "..", "a/b", "../x", "a b", "-x", "--x", "a?", "a#", "é", "a\n", "a%2f"
            })
    void nameThatNoRepositoryCanHaveIsNoAction(String name) {
        assertThat(policy.action(name)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"https://github.com/other/x", "https://github.com/opensafely-actions/../x"})
    void recordedRepositoryIsCheckedAgain(String url) {
        assertRefused("GithubValidationError", () -> policy.known(url));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"srv/study", "~/study", "/srv/stu\ndy", "file://host/study", "/", "C:\\x"})
    void localPathIsAbsoluteAndPlain(String path) {
        var local = new UrlPolicy(TestSettings.withLocal(settings));

        assertRefused("GithubValidationError", () -> local.study(path));
        assertThat(local.study("/srv/study/").text()).isEqualTo("/srv/study");
    }

    @Test
    void sameNameOfTwoOwnersGetsTwoFolders() {
        assertThat(new RepositoryUrl("https://github.com/a/study").folderName())
                .isNotEqualTo(new RepositoryUrl("https://github.com/b/study").folderName())
                .matches("study\\.[0-9a-f]{24}");
        assertThat(new RepositoryUrl("/srv/..").folderName()).matches("__\\.[0-9a-f]{24}");
    }
}

package org.securebackend.runner.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.securebackend.runner.source.SourceSettings.AccessToken;
import org.securebackend.runner.source.SourceSettings.Actions;
import org.securebackend.runner.source.SourceSettings.Limits;
import org.securebackend.runner.source.SourceSettings.LocalRepositories;
import org.securebackend.runner.source.SourceSettings.Rewrite;
import org.securebackend.runner.source.SourceSettings.Timeouts;

class SourceSettingsTest {

    @Test
    void longestPrefixDecidesWhereTrafficGoes() {
        var settings =
                new SourceSettings(
                        Path.of("/cache"),
                        List.of("opensafely"),
                        Actions.DEFAULT,
                        List.of(
                                new Rewrite("https://github.com/", "https://proxy.example/"),
                                new Rewrite("https://github.com/opensafely/x", "/srv/x"),
                                new Rewrite("https://github.com/opensafely/", "file:///srv/")),
                        Optional.empty(),
                        LocalRepositories.REFUSED,
                        Timeouts.DEFAULT,
                        Limits.DEFAULT);
        var remote = new GitRemote(settings);

        assertThat(remote.traffic(new RepositoryUrl("https://github.com/opensafely/xy")))
                .isEqualTo("/srv/xy");
        assertThat(remote.traffic(new RepositoryUrl("https://github.com/opensafely/a")))
                .isEqualTo("file:///srv/a");
        assertThat(remote.traffic(new RepositoryUrl("https://github.com/other/a")))
                .isEqualTo("https://proxy.example/other/a");
        assertThat(remote.traffic(new RepositoryUrl("/srv/a"))).isEqualTo("/srv/a");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://user:secret@proxy.example/",
                "https://secret@proxy.example/",
                "ssh://proxy.example/",
                "git://proxy.example/",
                "proxy.example/",
                "relative/folder",
                ""
            })
    void trafficIsNotSentToOddPlaces(String to) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Rewrite("https://github.com/", to))
                .withMessageNotContaining("secret@");
    }

    @Test
    void settingsThatMakeNoSenseAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Rewrite("", "/srv/"));
        assertThatIllegalArgumentException().isThrownBy(() -> new AccessToken("", "u", "s"));
        assertThatIllegalArgumentException().isThrownBy(() -> new AccessToken("h", "u", " "));
        assertThatIllegalArgumentException().isThrownBy(() -> new AccessToken("h", "u:", "s"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Timeouts(Duration.ofMillis(10), Duration.ofSeconds(1)));
    }
}

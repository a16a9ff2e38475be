package org.securebackend.runner.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.securebackend.runner.server.JobServerSettings.PlainHttp;

class EndpointTest {
    private static Endpoint of(String text) {
        return Endpoint.of(URI.create(text), PlainHttp.LOOPBACK_ONLY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://jobs.example.org/api/v2/",
                "http://127.0.0.1.example.org/",
                "http://localhost.example.org/",
                "http://10.0.0.1/",
                "ftp://127.0.0.1/",
                "https:///api",
                "jobs.example.org",
                "https://user:secret@jobs.example.org/",
                "https://jobs.example.org/?a=b",
                "https://jobs.example.org/#a"
            })
    void endpointThatIsNotSafeForATokenIsRefused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> of(text))
                .withMessageNotContaining("secret");
    }

    @Test
    void plainHttpMayBeAllowed() {
        assertThat(
                        Endpoint.of(URI.create("http://10.0.0.1:8000/"), PlainHttp.ALLOWED)
                                .jobs()
                                .toString())
                .isEqualTo("http://10.0.0.1:8000/jobs/");
    }

    @ParameterizedTest
    @CsvSource({
        "https://h/api/v2///, https://h/api/v2/jobs/",
        "https://h/api/v2, https://h/api/v2/jobs/",
        "https://h, https://h/jobs/",
        "http://localhost:8000/, http://localhost:8000/jobs/",
        "http://[::1]:8000/x, http://[::1]:8000/x/jobs/",
    })
    void addressesEndWithExactlyOneSlash(String endpoint, String jobs) {
        assertThat(of(endpoint).jobs().toString()).isEqualTo(jobs);
    }

    @ParameterizedTest
    @CsvSource({
        "https://h/api/v2/job-requests/?offset=100, https://h/api/v2/job-requests/?offset=100",
        "https://H:443/x?offset=100, https://h/x?offset=100",
        "?offset=100, https://h/api/v2/job-requests/?offset=100",
        "http://h/x?offset=1, https://h/x?offset=1",
        "https://h:444/x,",
        "http://h:443/x,",
        "https://h.example.org/x,",
        "https://h@evil.example.org/x,",
        "https://u:p@h/x,",
        "//evil.example.org/x,",
        "file:///etc/passwd,",
        "http://[broken,",
    })
    void nextPageIsTheEndpointsOwnOrNone(String next, String page) {
        Endpoint endpoint = of("https://h/api/v2/");
        assertThat(endpoint.nextPage(endpoint.jobRequests("b"), next).map(URI::toString))
                .isEqualTo(Optional.ofNullable(page));
    }

    @Test
    void backendsNameIsQuoted() {
        assertThat(of("https://h").jobRequests("a b&c").toString())
                .isEqualTo("https://h/job-requests/?backend=a+b%26c");
    }
}

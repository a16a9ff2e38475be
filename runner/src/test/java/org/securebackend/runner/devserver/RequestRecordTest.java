package org.securebackend.runner.devserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How requests are shown (protocol, section 9). */
class RequestRecordTest {
    private static RequestRecord withJobs(String... statuses) {
        String report =
                Samples.report(
                        IntStream.range(0, statuses.length)
                                .mapToObj(i -> Samples.job("r", "a" + i, statuses[i]))
                                .toArray(String[]::new));
        try {
            List<ReportedJob> jobs =
                    ReportReader.read(Json.read(report.getBytes(StandardCharsets.UTF_8)));
            return new RequestRecord("r", Samples.request("r"), Instant.EPOCH, List.of(), jobs);
        } catch (BadInputException e) {
            throw new IllegalStateException(e.answer().toString(), e);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'',unknown,true",
        "pending,pending,true",
        "pending pending,pending,true",
        "running,running,true",
        "failed failed,failed,false",
        "succeeded succeeded,succeeded,false",
        "pending running,running,true",
        "pending succeeded,running,true",
        "pending failed,running,true",
        "failed running,running,true",
        "failed succeeded,failed,false",
    })
    void statusFollowsFromTheJobs(String jobs, String status, boolean active) {
        RequestRecord request = withJobs(jobs.isEmpty() ? new String[0] : jobs.split(" "));
        assertThat(request.status()).isEqualTo(status);
        assertThat(request.isActive()).isEqualTo(active);
    }

    @Test
    void runtimesOfCompletedJobsAreAddedUp() {
        RequestRecord request = withJobs("succeeded", "failed", "running", "pending");
        assertThat(request.jobs())
                .extracting(job -> RequestRecord.runtimeText(job.runtime()))
                .containsExactly("18:21:28", "18:21:28", "-", "-");
        assertThat(RequestRecord.runtimeText(request.runtime())).isEqualTo("36:42:56");
        assertThat(request.startedAt()).contains(Instant.parse("2022-08-16T11:05:02Z"));
        assertThat(request.finishedAt()).isEmpty();
        assertThat(withJobs("succeeded", "failed").finishedAt())
                .contains(Instant.parse("2022-08-17T05:26:30Z"));
    }

    @ParameterizedTest
    @CsvSource({"0,-", "1,00:00:01", "3599,00:59:59", "86400,24:00:00", "360001,100:00:01"})
    void runtimeHasHoursMinutesSeconds(long seconds, String text) {
        assertThat(RequestRecord.runtimeText(Optional.of(Duration.ofSeconds(seconds))))
                .isEqualTo(text);
    }

    @Test
    void nothingIsShownAsADash() {
        assertThat(RequestRecord.runtimeText(withJobs("pending").runtime())).isEqualTo("-");
        assertThat(Arrays.asList(withJobs().startedAt(), withJobs().finishedAt()))
                .containsOnly(Optional.empty());
    }
}

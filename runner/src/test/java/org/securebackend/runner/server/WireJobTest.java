package org.securebackend.runner.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.securebackend.runner.job.Exit;
import org.securebackend.runner.job.FailureReason;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobMetrics;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.job.StopReason;
import org.securebackend.runner.job.Success;
import org.securebackend.runner.job.Verdict;
import org.securebackend.runner.job.WaitReason;
import org.securebackend.runner.pipeline.ActionName;
import org.securebackend.runner.pipeline.DataKind;

class WireJobTest {
    private static final Instant START = Instant.parse("2022-08-16T11:05:02.9Z");
    private static final Instant END = Instant.parse("2022-08-17T05:26:30.1Z");
    private static final Instant NOW = Instant.parse("2022-08-18T00:00:00.999Z");
    private static final Exit EXIT = Exit.of(0);

    static Stream<Arguments> words() {
        return Stream.of(
                waiting(new WaitReason.Created(), "created"),
                waiting(new WaitReason.Paused(), "paused"),
                waiting(new WaitReason.DatabaseMaintenance(), "waiting_db_maintenance"),
                waiting(new WaitReason.Dependencies(), "waiting_on_dependencies"),
                waiting(new WaitReason.Workers(true), "waiting_on_workers"),
                waiting(new WaitReason.DatabaseWorkers(), "waiting_on_db_workers"),
                waiting(new WaitReason.Reboot(), "waiting_on_reboot"),
                waiting(new WaitReason.Platform("disk full"), "waiting_on_workers"),
                Arguments.of(new JobState.Preparing(START), "running preparing"),
                Arguments.of(new JobState.Prepared(START), "running prepared"),
                Arguments.of(new JobState.Executing(START), "running executing"),
                Arguments.of(new JobState.Executed(START, EXIT), "running executed"),
                Arguments.of(new JobState.Collecting(START, EXIT), "running finalizing"),
                Arguments.of(
                        new JobState.Publishing(START, new Verdict.Success(0)),
                        "running finalized"),
                Arguments.of(
                        new JobState.Stopping(START, StopReason.CANCELLED_BY_USER),
                        "running executed"),
                Arguments.of(
                        new JobState.Succeeded(Optional.of(START), END, new Success.Ran(0)),
                        "succeeded succeeded"),
                failed(new FailureReason.NonZeroExit(Exit.of(1)), "nonzero_exit"),
                failed(new FailureReason.UnmatchedPatterns(List.of("x")), "unmatched_patterns"),
                failed(new FailureReason.CancelledByUser(), "cancelled_by_user"),
                failed(new FailureReason.KilledByAdmin(), "killed_by_admin"),
                failed(
                        new FailureReason.DependencyFailed(new ActionName("a")),
                        "dependency_failed"),
                failed(new FailureReason.StaleCodelists(new ActionName("a")), "stale_codelists"),
                failed(new FailureReason.RequestError("E", "t"), "internal_error"),
                failed(new FailureReason.Platform("m", "r"), "internal_error"));
    }

    private static Arguments waiting(WaitReason reason, String code) {
        return Arguments.of(new JobState.Waiting(reason), "pending " + code);
    }

    private static Arguments failed(FailureReason reason, String code) {
        return Arguments.of(new JobState.Failed(Optional.of(START), END, reason), "failed " + code);
    }

    @ParameterizedTest
    @MethodSource("words")
    void everyStateHasTheServersWords(JobState state, String words) {
        ObjectNode json = json(state);
        assertThat(json.path("status").asText() + " " + json.path("status_code").asText())
                .isEqualTo(words);
    }

    private static ObjectNode json(JobState state) {
        return json(SampleJobs.in(state, "pzztw7wladpqkpqb", "test_action"));
    }

    private static ObjectNode json(Job job) {
        return new WireJob(job, Optional.empty(), DataKind.REAL).json(NOW);
    }

    @Test
    void whatAProgramUsedIsTold() {
        var metrics =
                new JobMetrics(
                        "9f0c",
                        NOW,
                        Duration.ofSeconds(3),
                        new JobMetrics.Series(97.1, 6298000.5, 95.3, 101.2),
                        new JobMetrics.Series(2048, 118958400, 1800, 3071.5));

        assertThat(
                        new WireJob(
                                        JobServerContractTest.waiting("r", "a"),
                                        Optional.of(metrics),
                                        DataKind.REAL)
                                .json(NOW)
                                .path("metrics"))
                .hasToString(
                        "{\"cpu_sample\":97.1,\"cpu_cumsum\":6298000.5,\"cpu_mean\":95.3,\"cpu_peak\":101.2,"
                                + "\"mem_mb_sample\":2048.0,\"mem_mb_cumsum\":1.189584E8,\"mem_mb_mean\":1800.0,"
                                + "\"mem_mb_peak\":3071.5,\"container_id\":\"9f0c\"}");
    }

    @Test
    void cancelledJobIsToldAsTheProtocolSays() {
        var state =
                new JobState.Failed(Optional.of(START), END, new FailureReason.CancelledByUser());
        assertThat(WireJson.write(json(state)))
                .isEqualTo(
                        """
                        {"identifier":"6nhad5m5vkyxqf4z","job_request_id":"pzztw7wladpqkpqb",\
                        "action":"test_action",\
                        "run_command":"cohortextractor:latest generate_cohort --index-date-range 'a to b'\\"'\\"'s'",\
                        "status":"failed","status_code":"cancelled_by_user",\
                        "status_message":"Cancelled by user","created_at":"2022-08-16T11:05:00Z",\
                        "updated_at":"2022-08-17T05:26:32Z","started_at":"2022-08-16T11:05:02Z",\
                        "completed_at":"2022-08-17T05:26:30Z","trace_context":null,"metrics":{},\
                        "requires_db":true}\
                        """);
    }

    @Test
    void openJobIsUpdatedNowAndNotCompleted() {
        ObjectNode json = json(new JobState.Executing(START));
        assertThat(json.path("updated_at").asText()).isEqualTo("2022-08-18T00:00:00Z");
        assertThat(json.path("started_at").asText()).isEqualTo("2022-08-16T11:05:02Z");
        assertThat(json.get("completed_at").isNull()).isTrue();
    }

    @Test
    void waitingJobHasNoStart() {
        ObjectNode json = json(new JobState.Waiting(new WaitReason.Created()));
        assertThat(json.get("started_at").isNull()).isTrue();
        assertThat(json.get("completed_at").isNull()).isTrue();
    }

    @Test
    void completionNeverLiesBeforeTheStart() {
        var state =
                new JobState.Failed(Optional.of(END), START, new FailureReason.CancelledByUser());
        assertThat(json(state).path("completed_at").asText()).isEqualTo("2022-08-17T05:26:30Z");
    }

    @Test
    void errorJobHasNoCommandAndNoDatabase() {
        ObjectNode json =
                json(
                        SampleJobs.withoutWork(
                                new JobState.Failed(
                                        Optional.empty(),
                                        END,
                                        new FailureReason.RequestError("E", "t")),
                                "r"));
        assertThat(json.get("run_command").isNull()).isTrue();
        assertThat(json.path("requires_db").asBoolean(true)).isFalse();
        assertThat(json.path("status_message").asText()).isEqualTo("E: t");
    }

    @ParameterizedTest
    @CsvSource({"REAL,true,true", "REAL,false,false", "DUMMY,true,false"})
    void exitCodeSpeaksOfTheDatabaseOnlyWhereThereIsOne(
            DataKind data, boolean requiresDatabase, boolean speaks) {
        var state =
                new JobState.Failed(
                        Optional.of(START),
                        END,
                        new FailureReason.NonZeroExit(new Exit(5, false, OptionalLong.empty())));
        var job =
                new Job(
                        SampleJobs.definition("r", "a", requiresDatabase),
                        state,
                        END,
                        1,
                        Optional.empty());
        String message =
                new WireJob(job, Optional.empty(), data).json(NOW).path("status_message").asText();
        assertThat(message.contains("database")).isEqualTo(speaks);
    }

    @Test
    void messageIsBoundedAndNeverSplitsACharacter() {
        String message = WireText.message("😀".repeat(10_000));
        assertThat(message).hasSizeLessThanOrEqualTo(10_001).endsWith("😀…");
    }

    @ParameterizedTest
    @CsvSource({
        "2022-08-16T11:02:25.250Z, 2022-08-16T11:02:25.250000Z",
        "2022-08-16T11:02:25.0000019Z, 2022-08-16T11:02:25.000001Z",
        "2022-08-16T11:02:25.0000009Z, 2022-08-16T11:02:25Z",
        "2022-08-16T11:02:25Z, 2022-08-16T11:02:25Z",
    })
    void flagTimesHaveSixDigitsOrNone(Instant time, String text) {
        assertThat(WireText.micros(time)).isEqualTo(text);
    }
}

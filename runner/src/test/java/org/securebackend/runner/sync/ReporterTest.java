package org.securebackend.runner.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.securebackend.runner.sync.SyncBench.in;
import static org.securebackend.runner.sync.SyncBench.local;
import static org.securebackend.runner.sync.SyncBench.request;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobEvent;
import org.securebackend.runner.job.RequestId;
import org.securebackend.runner.job.StopReason;
import org.securebackend.runner.job.WaitReason;

class ReporterTest {
    @TempDir private Path folder;
    private SyncBench bench;
    private Reporter reporter;

    @BeforeEach
    void setUp() {
        bench = new SyncBench(folder);
        reporter = newReporter();
    }

    private Reporter newReporter() {
        return new Reporter(bench.server, bench.store, bench.backOff());
    }

    @AfterEach
    void tearDown() {
        bench.close();
    }

    @Test
    void emptyStoreSendsNothing() {
        reporter.reportOnce();

        assertThat(bench.server.reports).isEmpty();
    }

    @Test
    void reportCarriesAllJobsOfARequestInTheOrderOfItsPlan() {
        bench.intake.take(request("r", "model"));
        reporter.reportOnce();
        change(bench.jobs("r").getLast());

        reporter.reportOnce();

        assertThat(bench.server.reports.getLast()).hasSize(1);
        assertThat(bench.server.reports.getLast().getFirst().jobs())
                .extracting(job -> job.definition().action().value())
                .containsExactly("extract", "model");
    }

    @Test
    void manyChangesAreOneReport() {
        bench.intake.take(request("r1", "model"));
        bench.intake.take(in("v", request("r2", "alone")));

        reporter.reportOnce();
        reporter.reportOnce();

        assertThat(bench.server.reports).hasSize(1);
        assertThat(bench.server.reported()).containsExactlyInAnyOrder("r1", "r2");
    }

    @Test
    void changesGatherForTwentyMillisecondsOnly() {
        assertThat(reporter.pauseBefore()).isEqualTo(Duration.ofMillis(20));
    }

    @Test
    void lostReportIsHealedByTheNext() {
        bench.intake.take(request("r", "alone"));
        bench.server.trouble = Optional.of(SyncBench.Server.unreachable());
        reporter.reportOnce();
        assertThat(reporter.pauseBefore()).isBetween(Duration.ofMillis(500), Duration.ofSeconds(1));

        bench.server.trouble = Optional.empty();
        reporter.reportOnce();

        assertThat(bench.server.reported()).containsExactly("r");
        assertThat(reporter.pauseBefore()).isEqualTo(Duration.ofMillis(20));
    }

    @Test
    void tenSilentMinutesWithManyActiveJobsAreMadeGoodByOneReport() {
        for (int i = 0; i < 100; i++) {
            bench.intake.take(in("w" + i, request("r" + i, "run_all")));
        }
        reporter.reportOnce();
        bench.server.reports.clear();
        bench.server.trouble = Optional.of(SyncBench.Server.unreachable());
        for (int minute = 0; minute < 10; minute++) {
            bench.store.save(
                    bench.store.openJobs().stream()
                            .skip(minute * 20L)
                            .limit(20)
                            .map(ReporterTest::cancelled)
                            .toList());
            reporter.reportOnce();
            bench.later(Duration.ofMinutes(1));
        }
        assertThat(bench.server.reports).isEmpty();

        bench.server.trouble = Optional.empty();
        reporter.reportOnce();

        assertThat(bench.server.reports).hasSize(1);
        assertThat(bench.server.reports.getFirst().stream().flatMap(each -> each.jobs().stream()))
                .hasSize(300)
                .allSatisfy(job -> assertThat(bench.store.job(job.id())).contains(job));
        assertThat(bench.store.unreported()).isEmpty();
        assertThat(reporter.pauseBefore()).isLessThanOrEqualTo(Duration.ofMillis(250));
    }

    private static Job cancelled(Job job) {
        return job.after(
                        new JobEvent.StopRequested(StopReason.CANCELLED_BY_USER),
                        job.changedAt().plusSeconds(1))
                .orElseThrow();
    }

    @Test
    void lostReportIsHealedAfterARestart() {
        bench.intake.take(request("r", "nope"));
        bench.server.trouble = Optional.of(SyncBench.Server.unreachable());
        reporter.reportOnce();
        bench.server.trouble = Optional.empty();

        newReporter().reportOnce();

        assertThat(bench.server.reported()).containsExactly("r");
    }

    @Test
    void refusedReportHoldsBackNoOtherAndIsNotRepeated() {
        bench.intake.take(request("bad", "alone"));
        bench.intake.take(in("v", request("good", "alone")));
        bench.server.refuses = Optional.of("bad");

        reporter.reportOnce();
        bench.later(Duration.ofMinutes(1));
        reporter.listed(List.of(new RequestId("bad")));
        reporter.reportOnce();

        assertThat(bench.server.reported()).containsExactly("good", "good");

        bench.server.refuses = Optional.empty();
        change(bench.jobs("bad").getFirst());
        reporter.reportOnce();
        assertThat(bench.server.reported()).contains("bad");
    }

    @Test
    void requestThatTheServerFallsOverHoldsBackNoOtherForLong() {
        bench.intake.take(request("bad", "alone"));
        for (int i = 0; i < 5; i++) {
            bench.intake.take(in("v" + i, request("good" + i, "alone")));
        }
        bench.server.fallsOver = Optional.of("bad");

        for (int i = 0; i < 4; i++) {
            reporter.reportOnce();
        }

        assertThat(bench.server.reported()).hasSize(5).doesNotContain("bad");
        bench.server.fallsOver = Optional.empty();
        reporter.reportOnce();
        assertThat(bench.server.reported()).contains("bad");
    }

    @Test
    void serverThatIsAwayIsNotAskedForEachRequest() {
        for (int i = 0; i < 50; i++) {
            bench.intake.take(in("v" + i, request("r" + i, "alone")));
        }
        bench.server.trouble = Optional.of(SyncBench.Server.unreachable());

        for (int i = 0; i < 10; i++) {
            reporter.reportOnce();
        }

        assertThat(bench.server.calls).isLessThanOrEqualTo(2 + 8 * 3);
    }

    @Test
    void weekWithoutTheServerIsHealedByTheFirstContact() {
        for (int i = 0; i < 30; i++) {
            bench.intake.take(in("v" + i, request("r" + i, "model")));
        }
        bench.server.trouble = Optional.of(SyncBench.Server.unreachable());
        for (int hours = 0; hours < 7 * 24; hours++) {
            bench.later(Duration.ofHours(1));
            bench.jobs("r" + hours % 30).stream()
                    .filter(job -> job.version() == 0)
                    .findFirst()
                    .ifPresent(this::change);
            reporter.reportOnce();
            if (hours == 100) {
                reporter = newReporter();
            }
        }
        bench.server.trouble = Optional.empty();

        reporter.listed(List.of(new RequestId("r0")));
        assertThat(reporter.pauseBefore()).isLessThanOrEqualTo(Duration.ofMinutes(1));
        reporter.reportOnce();

        assertThat(bench.server.reports).hasSize(1);
        assertThat(bench.server.reports.getFirst())
                .hasSize(30)
                .allSatisfy(report ->
                        assertThat(report.jobs()).isEqualTo(bench.jobs(report.request().value())));
        assertThat(bench.store.unreported()).isEmpty();
    }

    @Test
    void openRequestsAreReportedNowAndThen() {
        bench.intake.take(request("r", "alone"));
        reporter.reportOnce();
        bench.later(Duration.ofSeconds(49));
        reporter.reportOnce();
        assertThat(bench.server.reports).hasSize(1);

        bench.later(Duration.ofSeconds(1));
        reporter.reportOnce();

        assertThat(bench.server.reports).hasSize(2);
    }

    @Test
    void doneRequestThatTheServerStillListsIsReportedAgainButNotOnEveryPoll() {
        bench.intake.take(request("r", "nope"));
        reporter.reportOnce();
        reporter.listed(List.of(new RequestId("r")));
        reporter.reportOnce();
        assertThat(bench.server.reports).hasSize(1);

        bench.later(Duration.ofMinutes(1));
        reporter.listed(List.of(new RequestId("r")));
        reporter.reportOnce();
        reporter.reportOnce();

        assertThat(bench.server.reports).hasSize(2);
    }

    @Test
    void localRequestsAreNeverReported() {
        bench.intake.take(local(request("r", "alone")));
        reporter.listed(List.of(new RequestId("r")));

        reporter.reportOnce();

        assertThat(bench.server.reports).isEmpty();
    }

    @Test
    void listedRequestThatNobodyKnowsIsIgnored() {
        reporter.listed(List.of(new RequestId("stranger")));

        reporter.reportOnce();

        assertThat(bench.server.reports).isEmpty();
    }

    @Test
    void cancelledJobIsReported() {
        bench.intake.take(request("r", "alone"));
        reporter.reportOnce();
        Job job = bench.jobs("r").getFirst();
        bench.store.save(
                List.of(
                        job.after(
                                        new JobEvent.StopRequested(StopReason.CANCELLED_BY_USER),
                                        bench.now)
                                .orElseThrow()));

        reporter.reportOnce();

        assertThat(bench.server.reports).hasSize(2);
    }

    private void change(Job job) {
        bench.store.save(
                List.of(
                        job.after(new JobEvent.Blocked(new WaitReason.Paused()), bench.now)
                                .orElseThrow()));
    }
}

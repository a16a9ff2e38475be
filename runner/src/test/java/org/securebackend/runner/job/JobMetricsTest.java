package org.securebackend.runner.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.securebackend.runner.job.JobMetrics.Reading;
import org.securebackend.runner.job.JobMetrics.Series;

class JobMetricsTest {
    private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");

    private static Reading reading(String program, long atSeconds, double usedSeconds, long mib) {
        return new Reading(
                program,
                Duration.ofMillis(Math.round(usedSeconds * 1000)),
                mib << 20,
                START,
                START.plusSeconds(atSeconds));
    }

    @Test
    void firstReadingStandsForTheTimeSinceTheStart() {
        JobMetrics metrics = JobMetrics.first(reading("p", 10, 5, 100));

        assertThat(metrics.processor()).isEqualTo(new Series(50, 500, 50, 50));
        assertThat(metrics.memory()).isEqualTo(new Series(100, 1000, 100, 100));
    }

    @Test
    void meanIsTheSumOverTheWholeTimeAndThePeakIsTheLargestSample() {
        JobMetrics metrics =
                JobMetrics.first(reading("p", 10, 20, 300)).after(reading("p", 20, 21, 100));

        assertThat(metrics.processor()).isEqualTo(new Series(10, 2100, 105, 200));
        assertThat(metrics.memory()).isEqualTo(new Series(100, 4000, 200, 300));
    }

    @Test
    void anotherRunOfTheProgramBeginsAnew() {
        JobMetrics metrics =
                JobMetrics.first(reading("p", 10, 20, 300)).after(reading("q", 20, 2, 50));

        assertThat(metrics).isEqualTo(JobMetrics.first(reading("q", 20, 2, 50)));
    }

    @Test
    void clockThatWasSetBackCostsASampleOnly() {
        JobMetrics before = JobMetrics.first(reading("p", 10, 5, 100));

        assertThat(before.after(reading("p", 8, 6, 100))).isEqualTo(before);
    }

    @Test
    void countersThatStartAgainNeverGiveLessThanNothing() {
        JobMetrics metrics =
                JobMetrics.first(reading("p", 10, 5, 100)).after(reading("p", 20, 1, 100));

        assertThat(metrics.processor().sample()).isZero();
    }
}

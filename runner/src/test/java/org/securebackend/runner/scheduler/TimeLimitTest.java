package org.securebackend.runner.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.securebackend.runner.scheduler.TestJobs.job;
import static org.securebackend.runner.scheduler.Workbench.id;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.securebackend.runner.job.Exit;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.JobState;

/** Programs that run for longer than the backend lets them. */
class TimeLimitTest {
    private static final JobId A = id("w", "a");
    private static final Duration LIMIT = Duration.ofHours(1);

    /** Each change of a job comes a millisecond after the one before. */
    private static final Duration START = Duration.ofMillis(1);

    @TempDir private Path folder;
    private Workbench bench;

    @BeforeEach
    void setUp() {
        bench = new Workbench(folder);
        bench.limitTime(new TimeLimit(Optional.of(LIMIT))).programsRun().crash();
        bench.tick();
    }

    @AfterEach
    void tearDown() {
        bench.close();
    }

    @Test
    void jobThatRunsTooLongIsStoppedAndItsUserToldTheLimit() {
        bench.submit(job("w", "a"), job("w", "b", "a"));

        bench.later(LIMIT.minusSeconds(1));
        assertThat(bench.state(A)).isInstanceOf(JobState.Executing.class);

        bench.later(Duration.ofSeconds(1).plus(START));
        assertThat(bench.message(A))
                .isEqualTo(
                        "Stopped because it ran longer than 1 hour, which is the longest that a job may run on this backend");
        assertThat(bench.executor.stops()).containsExactly(A);
        assertThat(bench.message(id("w", "b"))).contains("dependency failed: a");
        assertThat(bench.isTidy()).isTrue();
        assertThat(bench.hasLog(A)).isTrue();
        assertThat(bench.high("workspaces/w/output/a.csv")).isEmpty();
    }

    @Test
    void schedulerWakesWhenTheTimeIsUp() {
        bench.submit(job("w", "a"));
        bench.later(LIMIT.minusSeconds(10).plus(START));

        assertThat(bench.scheduler().idleTime()).isEqualTo(Duration.ofSeconds(10));

        bench.clock.advance(Duration.ofSeconds(20));
        assertThat(bench.scheduler().idleTime()).isZero();
    }

    @Test
    void timeBeforeARestartCounts() {
        bench.submit(job("w", "a"));
        bench.clock.advance(LIMIT.minusSeconds(10));
        bench.crash();
        bench.tick();
        assertThat(bench.state(A)).isInstanceOf(JobState.Executing.class);

        bench.later(Duration.ofSeconds(10).plus(START));

        assertThat(bench.message(A)).contains("ran longer than 1 hour");
    }

    @Test
    void stopThatADeadProcessBeganIsCompletedWithItsLimit() {
        bench.submit(job("w", "a"));
        bench.steps.hold();
        bench.later(LIMIT.plus(START));
        assertThat(bench.state(A)).isInstanceOf(JobState.Overrunning.class);

        bench.limitTime(TimeLimit.NONE).crash();
        bench.release();

        assertThat(bench.message(A)).contains("ran longer than 1 hour");
    }

    @Test
    void programThatEndedWhileNobodyLookedKeepsItsResult() {
        bench.submit(job("w", "a"));
        bench.clock.advance(LIMIT.plusSeconds(60));
        bench.executor.finishUnheard(A, Exit.of(0));
        bench.clock.advance(Duration.ofSeconds(59));

        bench.crash();
        bench.tick();

        assertThat(bench.state(A)).isInstanceOf(JobState.Succeeded.class);
    }

    @Test
    void jobThatWaitsForTheDiskIsNotStoppedForIt() {
        bench.steps.hold();
        bench.submit(job("w", "a"));

        bench.later(LIMIT.multipliedBy(3));

        assertThat(bench.state(A)).isInstanceOf(JobState.Preparing.class);
    }

    @Test
    void withoutALimitNothingIsStopped() {
        bench.limitTime(TimeLimit.NONE).crash();
        bench.submit(job("w", "a"));

        bench.later(Duration.ofDays(30));

        assertThat(bench.state(A)).isInstanceOf(JobState.Executing.class);
    }
}

package org.securebackend.runner.telemetry;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.securebackend.runner.executor.ProgramSpec;
import org.securebackend.runner.executor.ScriptedExecutor;
import org.securebackend.runner.job.ImageName;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobMetrics;
import org.securebackend.runner.scheduler.SettableClock;
import org.securebackend.runner.store.JobStore;
import org.securebackend.runner.store.SqliteJobStore;
import org.securebackend.runner.store.StoredJobs;

class UsageSamplerTest {
    private static final Instant START = Instant.parse("2025-01-02T03:04:05Z");

    private final SettableClock clock = new SettableClock(START);
    private final ScriptedExecutor executor = new ScriptedExecutor(clock);
    private JobStore store;
    private Job job;

    @BeforeEach
    void runAJob(@TempDir Path folder) throws Exception {
        store = SqliteJobStore.createOrMigrate(folder);
        job = StoredJobs.executing(store, START.minusSeconds(2));
        executor.workspace(job.id()).rewrite().close();
        executor.start(
                new ProgramSpec(
                        job.id(),
                        job.work().workspace(),
                        job.definition().action(),
                        executor.addImage(new ImageName("r/python:v1")),
                        List.of(),
                        Map.of(),
                        Optional.empty()));
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    private JobMetrics sampled() {
        new UsageSampler(executor, store, clock).run();
        return requireNonNull(store.metrics(List.of(job.id())).get(job.id()));
    }

    @Test
    void samplesOfARunningProgramAddUpOverRestartsOfTheSampler() {
        clock.advance(Duration.ofSeconds(10));
        sampled();
        clock.advance(Duration.ofSeconds(10));

        assertThat(sampled().processor()).isEqualTo(new JobMetrics.Series(50, 1000, 50, 50));
        assertThat(sampled().memory()).isEqualTo(new JobMetrics.Series(64, 1280, 64, 64));
    }

    @Test
    void engineThatIsAwayCostsSamplesOnly() {
        executor.goAway();
        clock.advance(Duration.ofSeconds(10));

        assertThatCode(() -> new UsageSampler(executor, store, clock).run())
                .doesNotThrowAnyException();
        assertThat(store.metrics(List.of(job.id()))).isEmpty();
    }
}

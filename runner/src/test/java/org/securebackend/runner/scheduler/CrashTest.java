package org.securebackend.runner.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.securebackend.runner.scheduler.TestJobs.job;
import static org.securebackend.runner.scheduler.Workbench.id;

import java.lang.reflect.Method;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.securebackend.runner.job.Exit;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.store.JobStore;
import org.securebackend.runner.store.StoreException;

/** Dies at every place of a run, and ends as if it had not. */
class CrashTest {
    private static final List<JobId> JOBS = List.of(id("w", "a"), id("w", "b"), id("w", "c"));

    @TempDir private Path folder;

    /** What is lost of the last step. */
    enum Lost {
        THE_NEWS_OF_IT,
        NOTHING
    }

    /** Two jobs and one that fails take some fifteen steps. */
    private static final int MORE_STEPS_THAN_THERE_ARE = 20;

    @ParameterizedTest
    @EnumSource
    void everyCrashIsResumed(Lost lost) {
        for (int steps = 0; steps < MORE_STEPS_THAN_THERE_ARE; steps++) {
            try (var bench = new Workbench(folder.resolve("run-" + steps))) {
                play(bench, steps, lost);
                assertUndisturbed(bench, steps);
            }
        }
    }

    private static void play(Workbench bench, int steps, Lost lost) {
        bench.executor.whenStarted(program -> {
            String action = program.action().value();
            bench.executor.leave(program.job(), "output/" + action + ".csv", "a\n1\n");
            bench.executor.finish(program.job(), Exit.of(action.equals("c") ? 1 : 0));
        });
        bench.steps.hold();
        bench.submit(job("w", "a"), job("w", "b", "a"), job("w", "c"));
        for (int i = 0; i < steps; i++) {
            bench.steps.runOne();
            if (i < steps - 1 || lost == Lost.NOTHING) {
                bench.tick();
            }
        }
        bench.crash();
        bench.tick();
        bench.release();
    }

    private static void assertUndisturbed(Workbench bench, int steps) {
        assertThat(JOBS.stream().map(bench::state).map(Object::getClass))
                .as("after %d steps", steps)
                .containsExactly(
                        JobState.Succeeded.class, JobState.Succeeded.class, JobState.Failed.class);
        assertThat(JOBS)
                .as("after %d steps", steps)
                .allSatisfy(id -> assertThat(bench.starts(id)).isEqualTo(1))
                .allSatisfy(id -> assertThat(bench.hasLog(id)).isTrue());
        assertThat(bench.high("workspaces/w/output/b.csv")).contains("a\n1\n");
        assertThat(bench.high("workspaces/w/output/c.csv")).isEmpty();
        assertThat(bench.isTidy()).as("after %d steps", steps).isTrue();
    }

    /** More of the same calls tell nothing new. */
    private static final int CALLS_TRIED = 4;

    @Test
    void everyCallOfTheStoreMayFail() {
        Map<String, Integer> calls;
        try (var bench = new Workbench(folder.resolve("calm"))) {
            play(bench, 0, Lost.NOTHING);
            assertUndisturbed(bench, 0);
            calls = bench.store.calls();
        }
        assertThat(calls).containsKeys("save", "saveResults", "markTidy", "openJobs", "outputsOf");
        calls.forEach((method, times) -> {
            for (int call = 0; call < Math.min(times, CALLS_TRIED); call++) {
                failOneCall(method, call);
            }
        });
    }

    private void failOneCall(String method, int call) {
        try (var bench = new Workbench(folder.resolve(method + call))) {
            for (int i = 0; i < call; i++) {
                bench.store.before(method, () -> {});
            }
            bench.store.before(method, CrashTest::storeFails);
            play(bench, 0, Lost.NOTHING);
            for (int i = 0; i < 5; i++) {
                bench.later(Duration.ofMinutes(2));
            }
            assertUndisturbed(bench, call);
        }
    }

    private static void storeFails() {
        throw new StoreException("the disk is away", null);
    }

    @Test
    void storeThatFailsForLongIsOutlived() {
        try (var bench = new Workbench(folder)) {
            for (Method method : JobStore.class.getMethods()) {
                for (int i = 0; i < 5; i++) {
                    bench.store.before(method.getName(), CrashTest::storeFails);
                }
            }
            play(bench, 0, Lost.NOTHING);
            for (int i = 0; i < 200; i++) {
                bench.later(Duration.ofMinutes(1));
            }
            assertUndisturbed(bench, 0);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void programThatRunsThroughCrashesIsStartedOnce(int crashes) {
        try (var bench = new Workbench(folder).programsRun()) {
            bench.submit(job("w", "a"));
            for (int i = 0; i < crashes; i++) {
                bench.crash();
                bench.tick();
            }
            assertThat(bench.state(JOBS.getFirst())).isInstanceOf(JobState.Executing.class);

            bench.executor.finish(JOBS.getFirst(), Exit.of(0));
            bench.tick();

            assertThat(bench.state(JOBS.getFirst())).isInstanceOf(JobState.Succeeded.class);
            assertThat(bench.starts(JOBS.getFirst())).isEqualTo(1);
        }
    }
}

package org.securebackend.runner;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.securebackend.runner.job.EffectPoint;

/** Something breaks at the worst moments, and all ends as if it had not: a sample of the matrix. */
@Tag("docker")
class FaultMatrixTest {
    private static @Nullable FaultBench bench;

    @BeforeAll
    static void setUp(@TempDir Path home, @TempDir Path control)
            throws IOException, InterruptedException {
        String hindrance = FaultBench.hindrance(home);
        assumeTrue(hindrance.isEmpty(), hindrance);
        bench = new FaultBench(home, control);
    }

    private static FaultBench bench() {
        return requireNonNull(bench);
    }

    @AfterAll
    static void tearDown() {
        if (bench != null) {
            bench.close();
        }
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "PROGRAM_STARTED, DAEMON_KILLED",
        "OUTPUTS_IN_PLACE, DAEMON_KILLED",
        "PROGRAM_STOPPED, DAEMON_KILLED",
        "PROGRAM_STARTED, ENGINE_STOPPED",
        "START_BEGUN, ENGINE_SILENT",
        "OUTPUTS_COPIED, DISK_FULL",
        "RESULTS_SAVED, STORE_LOCKED",
        "SAVED_PREPARING, SERVER_GONE",
        "REQUEST_TAKEN, GIT_GONE"
    })
    void faultChangesNothing(EffectPoint point, Fault fault)
            throws IOException, InterruptedException {
        bench().check(point, fault);
    }

    @Test
    void everyPointIsComeTo() {
        assertThat(bench().points().seen()).containsExactlyInAnyOrder(EffectPoint.values());
    }
}

package org.securebackend.runner.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.securebackend.runner.scheduler.Simulation.Outcome;
import org.securebackend.runner.scheduler.Simulation.Plan;
import org.securebackend.runner.scheduler.Simulation.Restarts;

/** A day of a busy backend; {@code scripts/bench simulator} takes weeks. */
class SimulationTest {
    private static final Duration DAY = Duration.ofHours(12);

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void whatMustHoldHoldsAtEveryDecision(long seed) throws Exception {
        Outcome outcome = Simulation.run(new Plan(seed, 30, DAY, Restarts.NONE));

        assertThat(outcome.decisions()).hasSizeGreaterThan(200);
        assertThat(outcome.database()).isGreaterThan(0.5);
    }

    @Test
    void restartChangesNoDecision() throws Exception {
        Outcome undisturbed = Simulation.run(new Plan(3, 25, DAY, Restarts.NONE));

        Outcome restarted = Simulation.run(new Plan(3, 25, DAY, Restarts.RANDOM));

        assertThat(restarted.decisions()).isEqualTo(undisturbed.decisions());
    }
}

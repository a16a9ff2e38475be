package org.securebackend.runner.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BackOffTest {
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final BackOff backOff = backOff(1);

    private BackOff backOff(long seed) {
        return new BackOff(
                () -> now,
                new SplittableRandom(seed),
                Duration.ofSeconds(1),
                Duration.ofSeconds(60));
    }

    @Test
    void waitsDoubleUpToTheLongest() {
        for (long full : new long[] {1, 2, 4, 8, 16, 32, 60, 60}) {
            backOff.failed();
            assertThat(backOff.left())
                    .isBetween(Duration.ofMillis(full * 500), Duration.ofSeconds(full));
        }
    }

    @Test
    void runnersDoNotComeBackAtOnce() {
        var waits = new HashSet<Duration>();
        for (int seed = 0; seed < 20; seed++) {
            BackOff each = backOff(seed);
            each.failed();
            waits.add(each.left());
        }

        assertThat(waits).hasSizeGreaterThan(10);
    }

    @Test
    void successEndsTheWait() {
        backOff.failed();

        assertThat(backOff.succeeded()).isTrue();
        assertThat(backOff.isOver()).isTrue();
        assertThat(backOff.succeeded()).isFalse();
    }

    @Test
    void clockThatIsSetBackEndsTheWait() {
        backOff.failed();
        now = now.minus(Duration.ofHours(1));

        assertThat(backOff.isOver()).isTrue();
    }

    @Test
    void thousandFailuresDoNotOverflow() {
        for (int i = 0; i < 1000; i++) {
            backOff.failed();
        }

        assertThat(backOff.left()).isBetween(Duration.ofSeconds(30), Duration.ofSeconds(60));
    }
}

package org.securebackend.runner.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PulseTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final AtomicLong nanos = new AtomicLong();
    private final Pulse pulse = new Pulse(nanos::get);

    private void later(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private boolean isStuck() {
        return pulse.atWork("it", MINUTE).filter(AtWork::isStuck).isPresent();
    }

    @Test
    void workWithoutASignOfLifeIsStuck() {
        pulse.begin();
        later(MINUTE);
        assertThat(isStuck()).isFalse();

        later(Duration.ofNanos(1));
        assertThat(isStuck()).isTrue();
        assertThat(pulse.atWork("it", MINUTE).orElseThrow().thread())
                .contains(Thread.currentThread());
    }

    @Test
    void signOfLifeBeginsTheWaitAnew() {
        pulse.begin();
        later(MINUTE);
        pulse.beat();
        later(MINUTE);

        assertThat(isStuck()).isFalse();
        assertThat(pulse.busy()).isEqualTo(MINUTE.multipliedBy(2));
    }

    @Test
    void restMayLastForEver() {
        pulse.begin();
        pulse.rest();
        later(Duration.ofDays(365));

        assertThat(pulse.atWork("it", MINUTE)).isEmpty();
        assertThat(pulse.busy()).isZero();
        pulse.beat();
        assertThat(isStuck()).isFalse();
    }
}
